/** In which order a picture's places change: fields of numbers, over which one picture is uncovered by another. */

import type { Direction } from "./shot";

/** `width` × `height` numbers in rows: 0 changes first, 1 last. */
export interface Order {
  width: number;
  height: number;
  values: Float32Array;
}

/** As fine as an eye can tell once it is stretched over a picture. */
const [WIDE, TALL] = [128, 72];
const OCTAVES = [
  [3, 1],
  [7, 0.7],
  [15, 0.4],
  [34, 0.2],
] as const;

/** A slow start and a slow end (3t² − 2t³). */
export function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}

export function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** How much of the next picture is seen where the order is `order`, when a `share` of the change is over. */
export function uncovered(order: number, share: number, soft: number): number {
  return smooth(clamped((share * (1 + soft) - order) / soft));
}

function ordered(of: (x: number, y: number) => number): Order {
  const values = new Float32Array(WIDE * TALL);
  for (let y = 0; y < TALL; y++) for (let x = 0; x < WIDE; x++) values[y * WIDE + x] = of((x + 0.5) / WIDE, (y + 0.5) / TALL);
  return { width: WIDE, height: TALL, values };
}

/** From one side to the other: what goes to the right begins at the left. */
export function across(direction: Direction): Order {
  const along: Partial<Record<Direction, (x: number, y: number) => number>> = { right: (x) => x, left: (x) => 1 - x, down: (_, y) => y, up: (_, y) => 1 - y };
  return ordered(along[direction] ?? ((x) => x));
}

/** From the middle to the corners of a picture of a shape, or the other way. */
export function radius(outwards: boolean, width: number, height: number): Order {
  const far = Math.hypot(width, height);
  return ordered((x, y) => {
    const away = Math.hypot((2 * x - 1) * width, (2 * y - 1) * height) / far;
    return outwards ? away : 1 - away;
  });
}

/** Drifts of smooth noise, each level of which covers the same area: the studio's are of the same kind, elsewhere. */
export function noise(): Order {
  const random = generator(20_260);
  const sum = new Float32Array(WIDE * TALL);
  for (const [cells, weight] of OCTAVES) {
    const high = Math.max(2, Math.round((cells * TALL) / WIDE));
    const coarse = Float32Array.from({ length: (cells + 2) * (high + 2) }, () => random() + random() + random() - 1.5);
    const layer = ordered((x, y) => between(coarse, cells + 2, x * cells, y * high));
    for (const [place, value] of layer.values.entries()) sum[place] = (sum[place] ?? 0) + weight * value;
  }
  return { width: WIDE, height: TALL, values: levelled(sum) };
}

/** The value of a coarse grid between its points. */
function between(grid: Float32Array, width: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [smooth(x - left), smooth(y - top)];
  const at = (column: number, row: number) => grid[row * width + column] ?? 0;
  const mixed = (row: number) => at(left, row) * (1 - right) + at(left + 1, row) * right;
  return mixed(top) * (1 - down) + mixed(top + 1) * down;
}

function levelled(values: Float32Array): Float32Array {
  const places = Array.from(values.keys()).sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
  const ranks = new Float32Array(values.length);
  for (const [rank, place] of places.entries()) ranks[place] = rank / (values.length - 1);
  return ranks;
}

/** Numbers in 0..1 that are the same every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
