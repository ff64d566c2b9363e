/** How a passage goes from 0 to 1; names and curves are those of the studio's own transitions. */

import type { Transition } from "./shot";

export type Easing = Transition["easing"];

const CURVES: Record<Easing, (at: number) => number> = {
  linear: (at) => at,
  "ease-in": (at) => at * at,
  "ease-out": (at) => at * (2 - at),
  "ease-in-out": (at) => at * at * (3 - 2 * at),
};

export const EASINGS: readonly { value: Easing; title: string }[] = [
  { value: "linear", title: "Even speed" },
  { value: "ease-in", title: "Gentle start" },
  { value: "ease-out", title: "Gentle end" },
  { value: "ease-in-out", title: "Gentle start and end" },
];

/** Where a passage is when `at` (0 to 1) of its time has gone. */
export function eased(easing: Easing, at: number): number {
  return CURVES[easing](Math.min(1, Math.max(0, at)));
}
