/** What a kept performance or film is on this page. */

import { type Job, type JobFile, isGoing } from "../../api/jobs";

/** What is looked for; kept over a reload. */
export interface Sought {
  words: string;
  kind: "all" | "films" | "performances";
  favourites: boolean;
}

export const EVERYTHING: Sought = { words: "", kind: "all", favourites: false };

/** The question that is asked of the studio: it looks for one text, so that is the longest word; `suits` for the rest. */
export function asked({ words, kind, favourites }: Sought): { q?: string; live?: boolean; favourite?: boolean } {
  const q = words.trim().split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), "");
  return {
    ...(q !== "" && { q }),
    ...(kind !== "all" && { live: kind === "performances" }),
    ...(favourites && { favourite: true }),
  };
}

/** Whether a job is among what is looked for: a newer state may have taken it out. */
export function suits(job: Job, { words, kind, favourites }: Sought): boolean {
  if (favourites && !job.favourite) return false;
  if (kind !== "all" && job.live !== (kind === "performances")) return false;
  const told = [job.title, ...job.spec.scenes.flatMap(({ keyframes }) => keyframes.map(({ prompt }) => prompt ?? ""))].join(" ").toLowerCase();
  return words.trim().toLowerCase().split(/\s+/).every((word) => told.includes(word));
}

/** What is still being made, and what is done. */
export function sorted(items: readonly Job[]): { busy: Job[]; done: Job[] } {
  return { busy: items.filter(isGoing), done: items.filter((job) => !isGoing(job)) };
}

/** How long it was, in seconds, null where it never began. */
export function length(job: Job): number | null {
  if (!job.started_at || !job.finished_at) return null;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}

/** Films to take away, the newest last. */
export function films(job: Job): JobFile[] {
  return job.files.filter(({ kind }) => kind === "recording" || kind === "render" || kind === "film");
}

/** Bytes that a job takes on the disk. */
export function weight(job: Job): number {
  return job.files.reduce((sum, file) => sum + file.bytes, 0);
}
