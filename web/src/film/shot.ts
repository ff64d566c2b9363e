/** One scene of a storyboard, as it is written on the page. */

import type { MoveName } from "./moves";

export type TransitionKind = "cut" | "fade" | "crossfade" | "wipe" | "slide" | "zoom" | "dissolve";
export type Direction = "left" | "right" | "up" | "down" | "in" | "out";

/** How a scene passes into the next; `duration` is in seconds and taken off the film's length. */
export interface Transition {
  kind: TransitionKind;
  duration: number;
  direction: Direction | null;
  easing: "linear" | "ease-in" | "ease-out" | "ease-in-out";
  /** What a fade passes through, as #rrggbb. */
  color: string;
}

export interface Title {
  text: string;
  style: "title" | "lower-third" | "caption";
}

/** A picture, a clip or a sound that the studio has: its id there, and how it is called here. */
export interface Given {
  id: string;
  name: string;
  kind: "image" | "video" | "audio";
  /** What a clip or a sound is, as far as that is known: pixels, frames, frames a second, seconds. */
  width?: number;
  height?: number;
  frames?: number;
  fps?: number;
  seconds?: number;
  /** Where a picture of it is, where that is not the upload's own. */
  picture?: string;
}

export interface Shot {
  id: string;
  prompt: string;
  negative_prompt: string;
  /** Seconds. */
  duration: number;
  seed: number;
  move: MoveName;
  given: Given | null;
  title: Title | null;
  transition: Transition;
}

/** How many seeds there are to choose from: few enough to remember one. */
export const SEEDS = 1_000_000;

export function anySeed(chance: number = Math.random()): number {
  return Math.floor(chance * SEEDS);
}

export const CROSSFADE: Transition = { kind: "crossfade", duration: 0.5, direction: null, easing: "linear", color: "#000000" };
export const CUT: Transition = { ...CROSSFADE, kind: "cut", duration: 0 };

let made = 0;

/** A name that no other scene has. */
export function shotId(): string {
  return `s${Date.now().toString(36)}${(made++).toString(36)}`;
}

export function shot(prompt = "", rest: Partial<Shot> = {}): Shot {
  return {
    id: shotId(),
    prompt,
    negative_prompt: "",
    duration: 3,
    seed: anySeed(),
    move: "in",
    given: null,
    title: null,
    transition: CROSSFADE,
    ...rest,
  };
}
