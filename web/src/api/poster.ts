import type { Job } from "./schema";

/** The picture a session ended with, null where it showed none. */
export function poster(job: Job): string | null {
  return job.files.some((file) => file.name === "poster.jpg") ? `/api/jobs/${job.id}/preview.jpg` : null;
}
