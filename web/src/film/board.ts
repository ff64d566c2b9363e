/** A storyboard: its scenes in order, and what holds for the whole film. All changes give a new one. */

import { presetOf } from "./presets";
import { CROSSFADE, type Given, type Shot, shot, shotId } from "./shot";
import { AS_IT_IS, type Heard } from "./sound";

export interface Board {
  id: string;
  name: string;
  /** A preset's name. */
  preset: string;
  model: string;
  shots: Shot[];
  sound: Heard;
  /** The clip that the film begins with as it is, and goes on from. */
  extend: Given | null;
  /** Values of the advanced drawer, by the address of the option: see `options.ts`. */
  options: Record<string, unknown>;
  /** The newest film that was made of it. */
  film: string | null;
  /** What was sent for that film; another text means that the storyboard has changed since. */
  sent: string | null;
  /** Jobs that painted scenes alone, by the scene's id. */
  takes: Record<string, Take>;
}

/** A scene painted alone: its job, and what was sent for it. */
export interface Take {
  job: string;
  sent: string;
}

export function emptyBoard(rest: Partial<Board> = {}): Board {
  return {
    id: shotId(),
    name: "",
    preset: "draft",
    model: "worlds",
    shots: [shot("", { transition: CROSSFADE })],
    sound: AS_IT_IS,
    extend: null,
    options: {},
    film: null,
    sent: null,
    takes: {},
    ...rest,
  };
}

export function withShot(board: Board, id: string, change: Partial<Shot>): Board {
  return { ...board, shots: board.shots.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}

/** A new scene after another one; it passes on as that one does. */
export function added(board: Board, after: string | null, made: Shot): Board {
  const place = after === null ? board.shots.length - 1 : board.shots.findIndex((one) => one.id === after);
  const before = board.shots[place];
  const next = before === undefined ? made : { ...made, duration: before.duration, transition: before.transition };
  return { ...board, shots: board.shots.toSpliced(place + 1, 0, next) };
}

export function doubled(board: Board, id: string): { board: Board; made: string } {
  const place = board.shots.findIndex((one) => one.id === id);
  const found = board.shots[place];
  if (found === undefined) return { board, made: id };
  const copy = { ...found, id: shotId() };
  return { board: { ...board, shots: board.shots.toSpliced(place + 1, 0, copy) }, made: copy.id };
}

/** Without a scene; a film has one at least. */
export function without(board: Board, id: string): Board {
  const shots = board.shots.filter((one) => one.id !== id);
  return { ...board, shots: shots.length > 0 ? shots : [shot()] };
}

/** A scene at another place; those between move up. */
export function moved(board: Board, id: string, to: number): Board {
  const from = board.shots.findIndex((one) => one.id === id);
  const found = board.shots[from];
  if (found === undefined) return board;
  const place = Math.min(board.shots.length - 1, Math.max(0, to));
  return { ...board, shots: board.shots.toSpliced(from, 1).toSpliced(place, 0, found) };
}

export function placeOf(board: Board, id: string | null): number {
  return board.shots.findIndex((one) => one.id === id);
}

/** The scenes that lack what a film needs: words, or a clip to play. */
export function unwritten(board: Board): number[] {
  return board.shots.flatMap(({ prompt }, index) => (prompt.trim() === "" ? [index] : []));
}

/** Frames a second, pixels, and how many frames are there before the first scene: those of the clip that is gone on from. */
export function shapeOf({ preset, extend }: Pick<Board, "preset" | "extend">): { fps: number; width: number; height: number; lead: number } {
  const { fps, width, height } = presetOf(preset);
  if (extend === null) return { fps, width, height, lead: 0 };
  return { fps: extend.fps ?? fps, width: extend.width ?? width, height: extend.height ?? height, lead: extend.frames ?? 0 };
}
