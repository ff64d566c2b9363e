/** Which session an observer looks at: the one asked for while it lives, then whatever is performed next. */

import { patience } from "../../api/patience";

export interface Performance {
  id: string;
  state: string;
}

/** Asks the studio; null where there is no such thing, and an exception where the studio is away. */
export interface Studio {
  job: (id: string) => Promise<Performance | null>;
  newest: () => Promise<Performance | null>;
}

/** The word for "whatever is live now" in an address. */
export const LIVE = "live";

/** The session to look at now, null where nothing is performed. */
export async function choose(wanted: string, studio: Studio): Promise<string | null> {
  const job = wanted === LIVE ? null : await studio.job(wanted);
  if (job !== null && (job.state === "running" || job.state === "queued")) return job.id;
  return (await studio.newest())?.id ?? null;
}

/** Shows a session until it ends; `seen` is called when a picture came, `over` when there will be no more. */
export type Show = (jobId: string, seen: () => void, over: () => void) => () => void;

/** Show the session asked for, and after it the next ones, for ever; returns what ends it. */
export function follow(wanted: string, studio: Studio, show: Show): () => void {
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [attempt, left] = [0, false];

  const again = () => {
    stop?.();
    stop = undefined;
    if (!left) timer = setTimeout(look, patience(attempt++));
  };
  const look = async () => {
    const id = await choose(wanted, studio).catch(() => null);
    if (left) return;
    if (id === null) return again();
    stop = show(id, () => (attempt = 0), again);
  };

  void look();
  return () => {
    left = true;
    clearTimeout(timer);
    stop?.();
  };
}
