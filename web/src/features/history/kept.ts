/** What a kept performance is on this page. */

import { get, post, remove } from "../../api/client";
import type { Job, JobFile, Page } from "../../api/schema";

export const shelf = (after: string | null, signal?: AbortSignal) =>
  get<Page>(`/api/jobs?limit=24${after === null ? "" : `&after=${encodeURIComponent(after)}`}`, { signal });
export const restore = (id: string) => post<Job>(`/api/jobs/${id}/restore`);
export const stop = (id: string) => post<Job>(`/api/jobs/${id}/cancel`);
export const forget = (id: string) => remove(`/api/jobs/${id}`);

/** What is still being made, and what is done. */
export function sorted(items: readonly Job[]): { busy: Job[]; done: Job[] } {
  const going = (job: Job) => job.state === "running" || job.state === "queued";
  return { busy: items.filter(going), done: items.filter((job) => !going(job)) };
}

/** How long it was, in seconds, null where it never began. */
export function length(job: Job): number | null {
  if (!job.started_at || !job.finished_at) return null;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}

/** Films to take away, the newest last. */
export function films(job: Job): JobFile[] {
  return job.files.filter((file) => file.kind === "recording" || file.kind === "render");
}

export const address = (job: Job, name: string) => `/api/jobs/${job.id}/files/${encodeURIComponent(name)}`;
