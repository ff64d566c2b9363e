import { useCallback, useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { listen } from "../api/events";
import { getJob, isGoing, type Job } from "../api/jobs";
import { patience } from "../api/patience";

/** Events after which a job is asked for anew: they say that more has changed than they tell. */
const TELLING = new Set(["state", "file", "fallback", "recording"]);
/** Time left and units come with the job itself. */
const EVERY = 2000;

export interface Followed {
  job: Job | null;
  /** Why there is none: it was deleted, say. */
  gone: boolean;
  put: (job: Job) => void;
}

/** A job as it is now, for as long as it goes on; a lost line is looked for until it is back. */
export function useJob(id: string | null): Followed {
  const [known, setKnown] = useState<{ id: string; job: Job | null; gone: boolean } | null>(null);
  const here = known !== null && known.id === id ? known : null;
  const going = here?.job != null && isGoing(here.job);
  const put = useCallback((job: Job) => setKnown({ id: job.id, job, gone: false }), []);

  const ask = useCallback(
    async (wanted: string, signal?: AbortSignal) => {
      try {
        const job = await getJob(wanted, signal);
        if (!signal?.aborted) put(job);
        return true;
      } catch (error) {
        if (signal?.aborted) return true;
        if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 422)) return false;
        setKnown({ id: wanted, job: null, gone: true });
        return true;
      }
    },
    [put],
  );

  useEffect(() => {
    if (id === null) return;
    const left = new AbortController();
    let [timer, attempt] = [0, 0];
    const look = async () => {
      if (!(await ask(id, left.signal))) timer = window.setTimeout(() => void look(), patience(attempt++));
    };
    void look();
    return () => {
      left.abort();
      window.clearTimeout(timer);
    };
  }, [id, ask]);

  useEffect(() => {
    if (id === null || !going) return;
    const left = new AbortController();
    const timer = window.setInterval(() => void ask(id, left.signal), EVERY);
    const stop = listen(id, (event) => {
      if (TELLING.has(event.kind)) void ask(id, left.signal);
      else if (event.kind === "progress") setKnown((before) => further(before, id, event));
    });
    return () => {
      left.abort();
      window.clearInterval(timer);
      stop();
    };
  }, [id, going, ask]);

  return { job: here?.job ?? null, gone: here?.gone ?? false, put };
}

/** Progress goes forward only, in whatever order its news come. */
function further<T extends { id: string; job: Job | null }>(before: T | null, id: string, event: Record<string, unknown>): T | null {
  if (before?.job == null || before.id !== id) return before;
  const [phase, progress] = [event["phase"], event["progress"]];
  return {
    ...before,
    job: {
      ...before.job,
      phase: typeof phase === "string" ? phase : before.job.phase,
      progress: Math.max(before.job.progress, typeof progress === "number" ? progress : 0),
    },
  };
}
