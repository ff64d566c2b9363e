import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { ApiError, get } from "../../api/client";
import { patience } from "../../api/patience";
import type { Job } from "../../api/types";
import { Places } from "./places";
import { Stage } from "./stage";
import "./live.css";

const FirstRun = lazy(async () => ({ default: (await import("../first_run/first_run")).FirstRun }));

/** Nothing is known yet; nothing is performed; or this is. */
type Found = { state: "looking"; words: string | null } | { state: "none" } | { state: "job"; job: Job };

/** The first page: what is performed now, or a choice of what to begin with. */
export function Live() {
  const [found, setFound] = useState<Found>({ state: "looking", words: null });
  const [wanted, want] = useState<string | null>(null);
  const [before, setBefore] = useState<string | null>(null);

  useEffect(() => {
    document.title = "Reverie";
    if (found.state !== "looking") return;
    const left = new AbortController();
    let timer = 0;
    let attempt = 0;
    const look = async () => {
      try {
        const job = await newest(wanted, left.signal);
        if (!left.signal.aborted) setFound(job === null ? { state: "none" } : { state: "job", job });
      } catch (error) {
        if (left.signal.aborted) return;
        const words = refused(error) ?? (attempt > 0 ? AWAY : null);
        setFound((now) => (now.state === "looking" ? { ...now, words } : now));
        timer = window.setTimeout(() => void look(), patience(attempt++));
      }
    };
    void look();
    return () => {
      left.abort();
      window.clearTimeout(timer);
    };
  }, [found.state, wanted]);

  const lookFor = useCallback((jobId: string | null, picture: string | null = null) => {
    want(jobId);
    setBefore(picture);
    setFound({ state: "looking", words: null });
  }, []);
  const leave = useCallback(() => setFound({ state: "none" }), []);

  if (found.state === "job") return <Stage key={found.job.id} job={found.job} before={before} onGo={lookFor} onLeave={leave} />;
  if (found.state === "none") {
    return (
      <Suspense fallback={null}>
        <FirstRun onStarted={({ id }) => lookFor(id)} />
        <Places className="live-corner" />
      </Suspense>
    );
  }
  return (
    <main className="live-empty" style={before === null ? undefined : { background: `center / cover url(${before})` }}>
      {found.words !== null && <p role="status">{found.words}</p>}
    </main>
  );
}

const AWAY = "The studio is away. This page goes on by itself as soon as it is back.";

/** What the studio says against showing anything, null where it only does not answer. */
function refused(error: unknown): string | null {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 ? error.message : null;
}

/** The job that was asked for, or the newest that is live; null where there is none. */
async function newest(wanted: string | null, signal: AbortSignal): Promise<Job | null> {
  if (wanted !== null) return get<Job>(`/api/jobs/${wanted}`, { signal });
  return (await get<{ items: Job[] }>("/api/jobs?live=true&state=running&limit=1", { signal })).items[0] ?? null;
}
