/** What was done when, for the strip along the bottom edge: one deed a gesture, at its exact frame. */

import type { StudioEvent } from "../../api/events";
import type { Wish } from "../../api/types";

export type DeedKind = "prompt" | "setting" | "freeze" | "release" | "spark" | "reroll" | "fallback" | "hint" | "recording" | "snapshot";

export interface Deed {
  kind: DeedKind;
  /** Seconds of the dream; `until` is later where one gesture lasted. */
  time: number;
  until: number;
  frame: number;
  words: string;
}

/** Moves of a slider this close together, in seconds, are one gesture. */
const TOGETHER = 1.5;
/** A night of it is millions of frames, but not so many gestures; the oldest go first. */
const MOST = 5000;

interface Said {
  kind: DeedKind;
  words: string;
}

/** How each part of a wish is put in words, the most telling first. */
const PARTS: readonly ((wish: Wish) => Said | null)[] = [
  ({ prompt }) => (prompt ? { kind: "prompt", words: prompt } : null),
  ({ spark }) => (spark ? { kind: "spark", words: "Spark" } : null),
  ({ freeze }) => (typeof freeze === "boolean" ? freeze ? { kind: "freeze", words: "Freeze" } : { kind: "release", words: "Go on" } : null),
  ({ strength }) => (typeof strength === "number" ? { kind: "setting", words: `Change ${Math.round(strength * 100)} %` } : null),
  ({ guidance_scale }) => (typeof guidance_scale === "number" ? { kind: "setting", words: `Chaos ${guidance_scale.toFixed(1)}` } : null),
  ({ motion }) => (motion ? { kind: "setting", words: "Motion" } : null),
];

/** The deed that an event tells of, null where it tells of none. */
export function deed(event: StudioEvent, now: number): Deed | null {
  const said = SAID[event.kind]?.(event) ?? null;
  if (said === null) return null;
  const time = typeof event["time"] === "number" ? event["time"] : now;
  const frame = typeof event["frame"] === "number" ? event["frame"] : 0;
  return { ...said, time, until: time, frame };
}

const reason = (event: StudioEvent, otherwise: string) => (typeof event["reason"] === "string" && event["reason"] ? event["reason"] : otherwise);

const SAID: Record<string, (event: StudioEvent) => Said | null> = {
  keyframe: ({ keyframe }) => (isWish(keyframe) ? (PARTS.map((part) => part(keyframe)).find((said) => said !== null) ?? null) : null),
  spark: (event) => ({ kind: "spark", words: `Spark: ${reason(event, "lit")}` }),
  reroll: (event) => ({ kind: "reroll", words: `Painted again: ${reason(event, "the picture was not finite")}` }),
  fallback: (event) => ({ kind: "fallback", words: reason(event, "The placeholder stands in") }),
  hint: (event) => ({ kind: "hint", words: reason(event, "") }),
  recording: ({ on }) => ({ kind: "recording", words: on === true ? "Recording begins" : "Recording ends" }),
  file: ({ file_kind, name }) =>
    file_kind === "snapshot" || (typeof name === "string" && name.startsWith("snapshot")) ? { kind: "snapshot", words: "Snapshot" } : null,
};

function isWish(value: unknown): value is Wish {
  return typeof value === "object" && value !== null;
}

/** One deed more: moves of the same slider that follow each other are drawn as one. */
export function added(deeds: readonly Deed[], next: Deed): readonly Deed[] {
  const last = deeds.at(-1);
  const same = last?.kind === "setting" && next.kind === "setting" && stem(last) === stem(next);
  if (last !== undefined && same && next.time - last.until <= TOGETHER) {
    return [...deeds.slice(0, -1), { ...next, time: last.time, frame: last.frame }];
  }
  return [...deeds, next].slice(-MOST);
}

const stem = ({ words }: Deed) => words.replace(/ [\d.]+.*$/, "");

/** The seconds that the strip shows: all of it at first, then the last minutes. */
export function span(now: number, shortest = 60, longest = 600): { from: number; to: number } {
  const to = Math.max(now, 1);
  const length = Math.min(Math.max(to, shortest), longest);
  return { from: Math.max(0, to - length), to: Math.max(to, shortest) };
}
