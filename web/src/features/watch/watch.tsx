import { useEffect, useRef, useState } from "react";
import { get } from "../../api/client";
import { poster } from "../../api/poster";
import type { Job } from "../../api/schema";
import { useAwake, usePointerRest } from "./awake";
import { LIVE } from "./follow";
import { kept } from "./keepsake";
import { useScreen } from "./screen";
import "./watch.css";

/** The picture and nothing else, for as long as somebody looks: a projector, a shop window, a phone. */
export function Watch({ id }: { id: string }) {
  const stage = useRef<HTMLElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const around = useRef<HTMLCanvasElement>(null);
  const resting = usePointerRest();
  useAwake();
  useScreen(id, { stage, picture, around });
  useFullScreen();
  return (
    <main ref={stage} className="watch" data-resting={resting} data-left="nowhere" onDoubleClick={fullScreen}>
      <Before jobId={id} />
      <canvas ref={around} className="watch-around" width={0} height={0} aria-hidden="true" />
      <canvas ref={picture} className="watch-picture" width={0} height={0} role="img" aria-label="A living picture" />
    </main>
  );
}

/** What is seen before the first picture comes: the last one this browser saw, or the one the session ended with. */
function Before({ jobId }: { jobId: string }) {
  const [address, setAddress] = useState(kept);
  useEffect(() => {
    if (address !== null || jobId === LIVE) return;
    const left = new AbortController();
    get<Job>(`/api/jobs/${encodeURIComponent(jobId)}`, { signal: left.signal }).then(
      (job) => setAddress(poster(job)),
      () => undefined,
    );
    return () => left.abort();
  }, [address, jobId]);
  return address === null ? null : <img className="watch-before" src={address} alt="" />;
}

function fullScreen(): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  change.catch(() => undefined);
}

function useFullScreen(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey && !event.altKey) fullScreen();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
