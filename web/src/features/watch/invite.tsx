import { useEffect, useId, useState } from "react";
import { post } from "../../api/client";
import type { Link } from "../../api/schema";
import { Button } from "../../components/button";
import { Input } from "../../components/field";
import { Select } from "../../components/select";
import "./invite.css";

const DAY = 86_400;

/** How long an address may be good for. */
const SPANS = [
  { value: String(3 * 3600), title: "3 hours" },
  { value: String(DAY), title: "a day" },
  { value: String(7 * DAY), title: "a week" },
] as const;

/** What there is to hand out. */
const KINDS = [
  { kind: "watch", title: "For eyes", words: "Opens the picture alone, in any browser: a projector, a phone in the audience." },
  { kind: "preview", title: "For programs", words: "A stream for OBS, VLC and ffmpeg." },
] as const;

/** Addresses that let others watch and never steer, and a QR code of the first: the body of a dialog. */
export function Invite({ jobId }: { jobId: string }) {
  const [seconds, setSeconds] = useState(DAY);
  const { links, problem } = useLinks(jobId, seconds);
  return (
    <div className="invite">
      <div className="invite-code">
        {links.watch && <img src={`/api/qr?text=${encodeURIComponent(links.watch)}`} alt="QR code of the address to watch" />}
      </div>
      <div className="invite-words">
        {KINDS.map(({ kind, title, words }) => (
          <Address key={kind} title={title} words={words} url={links[kind]} />
        ))}
        <div className="invite-span">
          <span aria-hidden="true">Good for</span>
          <Select label="Good for" value={String(seconds)} options={SPANS} onChange={(value) => setSeconds(Number(value))} />
        </div>
        <p className="invite-note" role="status">
          {problem ?? (links.watch && isLoopback(links.watch) ? "These work on this machine alone. To let others watch, start the studio with --host 0.0.0.0." : "")}
        </p>
      </div>
    </div>
  );
}

type Links = Partial<Record<(typeof KINDS)[number]["kind"], string>>;

function useLinks(jobId: string, seconds: number): { links: Links; problem: string | null } {
  const [links, setLinks] = useState<Links>({});
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    const made = KINDS.map(async ({ kind }) => [kind, (await post<Link>(`/api/jobs/${jobId}/links`, { kind, seconds })).url] as const);
    Promise.all(made).then(
      (pairs) => gone || setLinks(Object.fromEntries(pairs.map(([kind, url]) => [kind, new URL(url, location.href).href]))),
      (error: Error) => gone || setProblem(error.message),
    );
    return () => {
      gone = true;
    };
  }, [jobId, seconds]);
  return { links, problem };
}

function Address({ title, words, url }: { title: string; words: string; url: string | undefined }) {
  const [copied, setCopied] = useState(false);
  const field = useId();
  const copy = async () => {
    await navigator.clipboard.writeText(url ?? "");
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="invite-address">
      <label htmlFor={field}>{title}</label>
      <p>{words}</p>
      <div>
        <Input id={field} readOnly className="text-ellipsis" value={url ?? ""} onFocus={(event) => event.target.select()} />
        <Button className="min-w-24" onClick={copy} disabled={!url}>
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
    </div>
  );
}

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}
