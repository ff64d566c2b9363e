/** What a film sounds like: its clips, a sound laid under it, or nothing. */

import type { Given } from "./shot";
import type { Wishes } from "./wishes";

export interface Heard {
  /** Whether the clips that scenes are made from are heard. */
  clips: boolean;
  given: Given | null;
  /** Seconds of the sound that are left out at its beginning. */
  offset: number;
}

export const AS_IT_IS: Heard = { clips: true, given: null, offset: 0 };

/** What is asked for; nothing where the film sounds as its clips do. */
export function soundOf({ clips, given, offset }: Heard): Wishes {
  if (clips && given === null) return {};
  return { sound: { ...(given !== null && { input: given.id, offset }), clips } };
}

/** In a few words; `clips` says whether there are any to be heard. */
export function heardAs({ clips: heard, given }: Heard, clips: boolean): string {
  if (given !== null) return clips && heard ? `${given.name}, under the clips` : given.name;
  if (!clips) return "No sound";
  return heard ? "As the clips" : "Silent";
}
