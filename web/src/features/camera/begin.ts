/** Beginning and ending live restyles. */

import { ApiError, get, post } from "../../api/client";
import type { Job } from "../../api/types";
import { takesPictures } from "../live/session";
import type { Restyle } from "./wishes";

/** Milliseconds between two looks whether something has ended, and looks at most. */
const APART = 300;
const LOOKS = 60;

export async function begin(wishes: Restyle): Promise<Job> {
  const spec = await post("/api/specs", { kind: "restyle", ...wishes });
  return post<Job>("/api/jobs", spec);
}

/** Begin in place of what is live now. */
export async function beginInstead(wishes: Restyle): Promise<Job> {
  const live = await performed();
  for (const { id } of live) await post(`/api/jobs/${id}/cancel`);
  for (let look = 0; look < LOOKS && (await performed()).length > 0; look++) await new Promise((done) => setTimeout(done, APART));
  return begin(wishes);
}

/** The newest session that takes pictures; null where there is none. */
export async function running(signal?: AbortSignal): Promise<Job | null> {
  return (await performed(signal)).find(takesPictures) ?? null;
}

async function performed(signal?: AbortSignal): Promise<Job[]> {
  return (await get<{ items: Job[] }>("/api/jobs?live=true&state=running&limit=20", { signal })).items;
}

/** The stage is taken: something else is live. */
export const isTaken = (error: unknown) => error instanceof ApiError && error.status === 409;
