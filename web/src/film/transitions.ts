/** Transitions drawn in the browser, by the maths of the studio's own: what is shown here is what will be made. */

import { eased } from "./easing";
import type { Direction, Transition, TransitionKind } from "./shot";

export interface Kind {
  value: TransitionKind;
  title: string;
  /** Which ways it can go; the first is its own. */
  directions: readonly Direction[];
}

export const KINDS: readonly Kind[] = [
  { value: "cut", title: "Cut", directions: [] },
  { value: "crossfade", title: "Crossfade", directions: [] },
  { value: "fade", title: "Fade", directions: [] },
  { value: "wipe", title: "Wipe", directions: ["left", "right", "up", "down"] },
  { value: "slide", title: "Slide", directions: ["left", "right", "up", "down"] },
  { value: "zoom", title: "Zoom", directions: ["in", "out"] },
  { value: "dissolve", title: "Dissolve", directions: [] },
];

export const DIRECTIONS: Record<Direction, string> = { left: "Left", right: "Right", up: "Up", down: "Down", in: "In", out: "Out" };

export function kindOf(kind: TransitionKind): Kind {
  return KINDS.find((one) => one.value === kind) ?? { value: kind, title: kind, directions: [] };
}

/** A transition of another kind, its direction one that goes with it. */
export function changed(transition: Transition, kind: TransitionKind): Transition {
  const duration = kind === "cut" || transition.duration > 0 ? transition.duration : 0.5;
  return { ...transition, kind, duration, direction: kindOf(kind).directions[0] ?? null };
}

/** Draws a picture over the whole canvas. */
export type Paint = (ground: CanvasRenderingContext2D) => void;

interface Passage {
  ground: CanvasRenderingContext2D;
  before: Paint;
  after: Paint;
  /** How far it has passed, eased. */
  at: number;
  transition: Transition;
  direction: Direction;
}

const STEPS: Record<Direction, readonly [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1], in: [0, 0], out: [0, 0] };

const DRAWN: Record<TransitionKind, (passage: Passage) => void> = {
  cut: ({ ground, before, after, at }) => (at < 0.5 ? before : after)(ground),
  crossfade: ({ ground, before, after, at }) => {
    before(ground);
    veiled(ground, at, after);
  },
  fade: ({ ground, before, after, at, transition }) => {
    const { width, height } = ground.canvas;
    (at < 0.5 ? before : after)(ground);
    veiled(ground, 1 - Math.abs(2 * at - 1), () => {
      ground.fillStyle = transition.color;
      ground.fillRect(0, 0, width, height);
    });
  },
  wipe: ({ ground, before, after, at, direction }) => {
    before(ground);
    clipped(ground, uncovered(ground.canvas, direction, at), after);
  },
  slide: ({ ground, before, after, at, direction }) => {
    const { width, height } = ground.canvas;
    const [x, y] = STEPS[direction];
    moved(ground, x * at * width, y * at * height, before);
    moved(ground, x * (at - 1) * width, y * (at - 1) * height, after);
  },
  zoom: ({ ground, before, after, at, direction }) => {
    if (direction === "in") {
      scaled(ground, 1 + at, before);
      veiled(ground, at, after);
    } else {
      after(ground);
      veiled(ground, 1 - at, () => scaled(ground, 1 + at, before));
    }
  },
  dissolve: ({ ground, before, after, at }) => {
    before(ground);
    clipped(ground, grains(ground.canvas, at), after);
  },
};

/** Draw how `before` passes into `after` when `passed` (0 to 1) of the transition's time has gone. */
export function drawn(ground: CanvasRenderingContext2D, transition: Transition, passed: number, before: Paint, after: Paint): void {
  const direction = transition.direction ?? kindOf(transition.kind).directions[0] ?? "left";
  DRAWN[transition.kind]({ ground, before, after, at: eased(transition.easing, passed), transition, direction });
}

function veiled(ground: CanvasRenderingContext2D, alpha: number, paint: Paint): void {
  ground.save();
  ground.globalAlpha = alpha;
  paint(ground);
  ground.restore();
}

function clipped(ground: CanvasRenderingContext2D, shape: Path2D, paint: Paint): void {
  ground.save();
  ground.clip(shape);
  paint(ground);
  ground.restore();
}

function moved(ground: CanvasRenderingContext2D, x: number, y: number, paint: Paint): void {
  ground.save();
  ground.translate(x, y);
  paint(ground);
  ground.restore();
}

function scaled(ground: CanvasRenderingContext2D, scale: number, paint: Paint): void {
  const { width, height } = ground.canvas;
  ground.save();
  ground.translate(width / 2, height / 2);
  ground.scale(scale, scale);
  ground.translate(-width / 2, -height / 2);
  paint(ground);
  ground.restore();
}

/** What of the next picture is seen when its edge goes towards a side. */
function uncovered({ width, height }: HTMLCanvasElement, direction: Direction, at: number): Path2D {
  const path = new Path2D();
  const [x, y] = STEPS[direction];
  const [wide, tall] = [x === 0 ? width : width * at, y === 0 ? height : height * at];
  path.rect(x < 0 ? width - wide : 0, y < 0 ? height - tall : 0, wide, tall);
  return path;
}

/** Grains of the picture that have changed already: always the same, each at a moment of its own. */
function grains({ width, height }: HTMLCanvasElement, at: number): Path2D {
  const path = new Path2D();
  const size = Math.max(2, Math.round(height / 45));
  for (let y = 0; y * size < height; y++) {
    for (let x = 0; x * size < width; x++) if (chance(x, y) < at) path.rect(x * size, y * size, size, size);
  }
  return path;
}

/** A number in 0..1 that belongs to a place. */
function chance(x: number, y: number): number {
  let mixed = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 1_274_126_177);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
