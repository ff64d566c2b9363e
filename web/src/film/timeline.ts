/** How long a film is, in whole frames: as the studio counts them, scene by scene. */

import type { Shot, Transition } from "./shot";

/** The nearest whole number; halves go to the even one, as they do in the studio. */
export function whole(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

export function framesOf(seconds: number, fps: number): number {
  return whole(seconds * fps);
}

export type Lasting = Pick<Shot, "duration" | "transition">;

/** A scene in the film: where it begins and how many frames it has; `overlap` of them are shown with the next. */
export interface Span {
  start: number;
  frames: number;
  overlap: number;
}

/** Frames in which a transition shows both scenes. */
export function overlapOf(transition: Transition, fps: number): number {
  return transition.kind === "cut" ? 0 : framesOf(transition.duration, fps);
}

/** Where every scene of a film is, behind `lead` frames of another clip; what the last one passes into is nothing. */
export function spans(shots: readonly Lasting[], fps: number, lead = 0): Span[] {
  let start = lead;
  return shots.map(({ duration, transition }, index) => {
    const frames = framesOf(duration, fps);
    const span = { start, frames, overlap: index < shots.length - 1 ? overlapOf(transition, fps) : 0 };
    start += frames - span.overlap;
    return span;
  });
}

/** Frames of the whole film: those of its scenes, less those that two of them share. */
export function total(shots: readonly Lasting[], fps: number): number {
  return spans(shots, fps).reduce((sum, { frames, overlap }) => sum + frames - overlap, 0);
}

/** Seconds that the transition after a scene may last at most: neither scene is ever in two transitions at once. */
export function longest(shots: readonly Lasting[], index: number): number {
  const [here, next] = [shots[index], shots[index + 1]];
  if (here === undefined || next === undefined) return 0;
  const before = index > 0 ? overlapSeconds(shots[index - 1]) : 0;
  const after = index + 2 < shots.length ? overlapSeconds(next) : 0;
  return Math.max(0, Math.min(60, here.duration - before, next.duration - after));
}

/** Scenes whose transitions take more time than they have. */
export function crowded(shots: readonly Lasting[]): number[] {
  return shots.flatMap((shot, index) => {
    const before = index > 0 ? overlapSeconds(shots[index - 1]) : 0;
    const after = index < shots.length - 1 ? overlapSeconds(shot) : 0;
    return before + after > shot.duration + 1e-9 ? [index] : [];
  });
}

function overlapSeconds(shot: Lasting | undefined): number {
  return shot === undefined || shot.transition.kind === "cut" ? 0 : shot.transition.duration;
}

/** What is shown at a frame of the film: a scene, and while it passes the next one too, `passed` of the way (0 to 1). */
export interface Moment {
  index: number;
  /** Frames into the scene. */
  at: number;
  passed: number | null;
}

export function momentAt(layout: readonly Span[], frame: number): Moment {
  let index = 0;
  for (const [number, span] of layout.entries()) if (span.frames > 0 && span.start <= frame) index = number;
  const [before, here] = [layout[index - 1], layout[index]];
  if (here === undefined) return { index: 0, at: 0, passed: null };
  const since = frame - here.start;
  if (before === undefined || since >= before.overlap) return { index, at: since, passed: null };
  return { index: index - 1, at: frame - before.start, passed: (since + 1) / (before.overlap + 1) };
}

/** 12.5 → "12.5 s"; 75 → "1:15"; 75.5 → "1:15.5": exact to the tenth where that matters. */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const [minutes, rest] = [Math.floor(tenths / 600), (tenths % 600) / 10];
  const words = Number.isInteger(rest) ? String(rest) : rest.toFixed(1);
  return minutes === 0 ? `${words} s` : `${minutes}:${words.padStart(Number.isInteger(rest) ? 2 : 4, "0")}`;
}

/** Frames of a film by its document; a scene without a length counts as none. */
export function framesIn(spec: Document): number {
  return spansIn(spec).reduce((sum, { frames, overlap }) => sum + frames - overlap, 0);
}

/** Whether a film begins with a clip as it is: its scenes are what comes behind that. */
export function goesOn(spec: { scenes: readonly { source?: { name: string } }[] }): boolean {
  return spec.scenes[0]?.source?.name === "tail";
}

/** A film's document, as far as its length goes. */
interface Document {
  fps: number;
  scenes: readonly { duration?: number | null; transition?: { kind?: Transition["kind"]; duration?: number } | null }[];
}

/** Where every scene of a film is, by its document. */
export function spansIn(spec: Document): Span[] {
  const shots = spec.scenes.map(({ duration, transition }) => ({
    duration: duration ?? 0,
    transition: { kind: transition?.kind ?? ("cut" as const), duration: transition?.duration ?? 0, direction: null, easing: "linear" as const, color: "#000000" },
  }));
  return spans(shots, spec.fps);
}

/** The frame of a scene that shows it alone: the middle of what it shares with no other. */
export function middleOf(layout: readonly Span[], index: number): number {
  const [before, here] = [layout[index - 1], layout[index]];
  if (here === undefined) return 0;
  const shared = before?.overlap ?? 0;
  return here.start + shared + Math.floor(Math.max(0, here.frames - shared - here.overlap) / 2);
}
