/** What a film sounds like: its clips, a sound laid under it, or nothing. */

import type { Given } from "./shot";
import type { Wishes } from "./wishes";

export interface Heard {
  /** Whether the clips that scenes are made from are heard. */
  clips: boolean;
  given: Given | null;
  /** Seconds of the sound that are left out at its beginning. */
  offset: number;
  /** Where a film goes on from a clip: whether the clip's sound fades out over what is new, which is silent otherwise. */
  fades: boolean;
}

export const AS_IT_IS: Heard = { clips: true, given: null, offset: 0, fades: false };

/** What is asked for; nothing where the film sounds as its clips do. */
export function soundOf({ clips, given, offset, fades }: Heard, extended = false): Wishes {
  const tail = extended && clips && fades;
  if (clips && given === null && !tail) return {};
  return { sound: { ...(given !== null && { input: given.id, offset }), clips, ...(tail && { tail: "fade" }) } };
}

/** In a few words; `clips` says whether there are any to be heard. */
export function heardAs({ clips: heard, given }: Heard, clips: boolean): string {
  if (given !== null) return clips && heard ? `${given.name}, under the clips` : given.name;
  if (!clips) return "No sound";
  return heard ? "As the clips" : "Silent";
}
