import { get, post } from "../../api/client";
import type { Job, PresetView, RenderSpec } from "../../api/schema";

/** The dreams the studio offers. */
export function presets(signal?: AbortSignal): Promise<PresetView[]> {
  return get("/api/presets", { signal });
}

/** Start a live session of these wishes; the studio makes the whole document of them. */
export async function start(wishes: Record<string, unknown>): Promise<Job> {
  const spec = await post<RenderSpec>("/api/specs", { ...wishes, live: true });
  return post<Job>("/api/jobs", spec);
}
