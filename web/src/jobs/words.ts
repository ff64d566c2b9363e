/** A job's progress in words. */

import type { Job } from "../api/jobs";
import type { RenderSpec } from "../api/schema";
import { lasting } from "../wording";

const PHASES: Record<string, string> = {
  loading: "Waking the model",
  painting: "Painting",
  interpolating: "Smoothing",
  upscaling: "Enlarging",
  joining: "Joining the scenes",
  encoding: "Writing the film",
  saving: "Saving",
  waiting: "Waiting for the stage",
};

/** What is done to it now. */
export function doing(job: Pick<Job, "state" | "phase">): string {
  if (job.state === "queued") return "Waits its turn";
  return PHASES[job.phase] ?? (job.phase === "" ? "Beginning" : job.phase.charAt(0).toUpperCase() + job.phase.slice(1));
}

/** Whole percent, 100 only when the film is there. */
export function percent(job: Pick<Job, "state" | "progress">): number {
  return job.state === "succeeded" ? 100 : Math.min(99, Math.floor(job.progress * 100));
}

/** "4 min 10 s left"; nothing where nobody knows. */
export function left(job: Pick<Job, "time_left" | "state">): string | null {
  const seconds = job.time_left;
  if (job.state !== "running" || seconds === null || seconds === undefined || !Number.isFinite(seconds)) return null;
  return seconds < 1.5 ? "a moment left" : `${lasting(seconds)} left`;
}

/** Pixels that a film comes in: those of the last filter that sizes it, else those it is painted in. */
export function delivered({ width, height, filters }: Pick<RenderSpec, "width" | "height" | "filters">): [number, number] {
  return (filters ?? []).reduce<[number, number]>(
    ([wide, tall], { options }) => {
      const said = options ?? {};
      if (typeof said["width"] === "number" && typeof said["height"] === "number") return [said["width"], said["height"]];
      return typeof said["scale"] === "number" ? [wide * said["scale"], tall * said["scale"]] : [wide, tall];
    },
    [width, height],
  );
}

/** "Scene 2": which scene a unit is of, null where it is of the whole film. */
export function sceneOf(key: string, scenes: readonly { id?: string | undefined }[]): number | null {
  const id = key.slice(0, key.lastIndexOf("/"));
  const found = scenes.findIndex((scene, index) => scene.id === id || `scene-${index + 1}` === id);
  return key.includes("/") && found >= 0 ? found : null;
}
