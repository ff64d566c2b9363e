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

/** The wishes of a session that goes on as another stands. */
export function wishesOf(job: Job, { prompt, settings }: Session, memory = remembers(job)): Restyle {
  const first = job.spec.scenes[0]?.keyframes[0];
  return {
    prompt,
    size: [job.spec.width, job.spec.height],
    memory,
    keep_input: job.spec.scenes[0]?.source?.options?.["keep"] === true,
    ...(typeof first?.strength === "number" && { strength: settings.change }),
    ...(typeof first?.guidance_scale === "number" && { guidance_scale: settings.guidance }),
  };
}
