/** Jobs that make films, as the page reads them. */

import { get, patch, post, remove } from "./client";
import type { Job, JobFile, Page, RenderSpec } from "./schema";

export type { Job, JobFile } from "./schema";
export type FileKind = JobFile["kind"];

export interface Wanted {
  state?: Job["state"];
  live?: boolean;
  after?: string | null;
  limit?: number;
  q?: string;
  favourite?: boolean;
}

export function listJobs(wanted: Wanted, signal?: AbortSignal): Promise<Page> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined && value !== null && value !== "") asked.set(name, String(value));
  return get<Page>(`/api/jobs?${asked}`, { signal });
}

export const getJob = (id: string, signal?: AbortSignal) => get<Job>(at(id), { signal });
export const cancelJob = (id: string) => post<Job>(`${at(id)}/cancel`);
export const retryJob = (id: string) => post<Job>(`${at(id)}/retry`);
export const duplicateJob = (id: string) => post<Job>(`${at(id)}/duplicate`);
export const restoreJob = (id: string) => post<Job>(`${at(id)}/restore`);
export const removeJob = (id: string) => remove(at(id));
export const changeJob = (id: string, change: { title?: string; favourite?: boolean }) => patch<Job>(at(id), change);
export const makeFile = (id: string, kind: "gif" | "png") => post<JobFile>(`${at(id)}/files`, { kind });

/** Put a film in the queue; the same key is the same job, however often it is sent. */
export function createJob(spec: RenderSpec, title: string | null, key: string): Promise<Job> {
  const named = title === null || title === "" ? "" : `?title=${encodeURIComponent(title.slice(0, 200))}`;
  return post<Job>(`/api/jobs${named}`, spec, { headers: { "idempotency-key": key } });
}

export function fileAddress(job: Pick<Job, "id">, name: string): string {
  return `${at(job.id)}/files/${encodeURIComponent(name)}`;
}

export function isGoing(job: Pick<Job, "state">): boolean {
  return job.state === "queued" || job.state === "running";
}

/** Whether there is a picture of it: while it waits or wakes there is none to ask for. */
export function isSeen(job: Job): boolean {
  return !isGoing(job) || job.live || job.units.some(({ state, progress }) => state === "done" || progress > 0);
}

/** The film to be played, the newest last made. */
export function filmOf(job: Job): JobFile | null {
  return job.files.findLast(({ kind }) => kind === "film" || kind === "render" || kind === "recording") ?? null;
}

export function fileOf(job: Job, kind: FileKind): JobFile | null {
  return job.files.findLast((file) => file.kind === kind) ?? null;
}

/** The picture that stands for a job; null where it has none yet. */
export function posterOf(job: Job): string | null {
  const kept = fileOf(job, "poster") ?? job.files.find(({ name }) => name === "poster.jpg");
  if (kept) return fileAddress(job, kept.name);
  return job.state === "running" ? `${at(job.id)}/preview.jpg` : null;
}

function at(id: string): string {
  return `/api/jobs/${encodeURIComponent(id)}`;
}
