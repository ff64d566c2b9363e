import { useEffect, useState } from "react";
import { get, post } from "../../api/client";
import { Button } from "../../components/button";
import { complain } from "../../components/toast";

/** What is done before there is a picture, by what the session says it does. */
const PHASES: Record<string, string> = {
  initialising: "The stage is being set.",
  loading: "The model is being loaded.",
  waiting: "No picture has come in yet. Send one from Camera, or publish by WHIP.",
};

interface ComingProps {
  jobId: string;
  /** The picture it goes on from. */
  before: string | null;
  prompt: string;
  phase: string;
}

/** Before the first picture: what will be dreamt, and what is done about it. */
export function Coming({ jobId, before, prompt, phase }: ComingProps) {
  const [picture, setPicture] = useState<string | null>(null);
  useEffect(() => {
    const left = new AbortController();
    get<{ prompt: string; picture: string }[]>("/api/presets", { signal: left.signal }).then(
      (presets) => setPicture(presets.find((preset) => preset.prompt === prompt)?.picture ?? null),
      () => undefined,
    );
    return () => left.abort();
  }, [prompt]);
  return (
    <div className="live-coming">
      {before !== null ? <img src={before} alt="" data-before="" /> : picture !== null && <img src={picture} alt="" />}
      <div className="glass grid justify-items-center gap-2 justify-self-center px-10 pt-7 pb-4">
        <p className="text-28 font-light">{prompt}</p>
        <p className="text-14 text-ink-2" role="status">
          {PHASES[phase] ?? "The first picture is being painted."}
        </p>
        <Button look="quiet" className="mt-1" onClick={() => void post(`/api/jobs/${jobId}/cancel`).catch(complain)}>
          Leave it
        </Button>
      </div>
    </div>
  );
}

/** The picture as it is when one joins, asked for by itself: it is there before the line that moves it, and behind what moves. */
export function Joining({ jobId, alone }: { jobId: string; alone: boolean }) {
  return (
    <div className="live-joining">
      <img src={`/api/jobs/${jobId}/preview.jpg`} alt="" />
      {alone && (
        <p className="glass px-6 py-3 text-14 text-ink-2" role="status">
          The picture is on its way.
        </p>
      )}
    </div>
  );
}
