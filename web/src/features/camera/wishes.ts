/** What a live restyle is asked for. */

import type { Job } from "../../api/types";
import type { Session } from "../live/session";

export interface Restyle {
  prompt: string;
  size: [number, number];
  memory: boolean;
  /** What comes in is kept, so that the session can be rendered again. */
  keep_input: boolean;
  strength?: number;
  guidance_scale?: number;
}

/** Whether what was painted before is remembered. */
export function remembers(job: Job): boolean {
  return job.spec.correctors?.some(({ name }) => name === "memory") ?? false;
}

/** The size that is shown; what is painted may be smaller. */
export function shownSize(job: Job): { width: number; height: number } {
  const { width, height } = job.spec.filters?.findLast(({ name }) => name === "resize")?.options ?? {};
  return typeof width === "number" && typeof height === "number" ? { width, height } : { width: job.spec.width, height: job.spec.height };
}

/** The wishes of a session that goes on as another stands. */
export function wishesOf(job: Job, { prompt, settings }: Session, memory = remembers(job)): Restyle {
  const { width, height } = shownSize(job);
  const first = job.spec.scenes[0]?.keyframes[0];
  return {
    prompt,
    size: [width, height],
    memory,
    keep_input: job.spec.scenes[0]?.source?.options?.["keep"] === true,
    ...(typeof first?.strength === "number" && { strength: settings.change }),
    ...(typeof first?.guidance_scale === "number" && { guidance_scale: settings.guidance }),
  };
}
