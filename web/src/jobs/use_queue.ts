import { useSyncExternalStore } from "react";
import { type Job, isGoing, listJobs } from "../api/jobs";

/** What is being made and what waits, kept for every part of the page that shows it: one request for all. */
export interface Queue {
  /** Those under way first, then those that wait, in the order of their turns; null until the studio has answered. */
  going: readonly Job[] | null;
  /** Films that have ended lately, newest first. */
  ended: readonly Job[];
  away: boolean;
}

const [BUSY, CALM] = [1500, 10_000];
const listeners = new Set<() => void>();
let queue: Queue = { going: null, ended: [], away: false };
let timer = 0;
let asking = false;

/** Ask at once: something was begun, stopped or retried. */
export async function refreshQueue(): Promise<void> {
  window.clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const { items } = await listJobs({ live: false, limit: 50 });
    show({ going: ordered(items), ended: items.filter((job) => !isGoing(job)), away: false });
  } catch {
    show({ ...queue, away: true });
  } finally {
    asking = false;
  }
  if (listeners.size > 0) timer = window.setTimeout(() => void refreshQueue(), (queue.going?.length ?? 0) > 0 || queue.away ? BUSY : CALM);
}

/** Running before waiting, and the one that was asked for first before the next. */
export function ordered(items: readonly Job[]): Job[] {
  const rank = (job: Job) => (job.state === "running" ? 0 : 1);
  return items.filter(isGoing).sort((one, other) => rank(one) - rank(other) || one.created_at.localeCompare(other.created_at));
}

export function useQueue(): Queue {
  return useSyncExternalStore(subscribe, () => queue);
}

function show(next: Queue): void {
  queue = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  if (listeners.size === 1) void refreshQueue();
  return () => {
    listeners.delete(tell);
    if (listeners.size === 0) window.clearTimeout(timer);
  };
}
