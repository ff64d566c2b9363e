/** What a camera can do in a scene, by the names that a storyboard takes. */

export interface Move {
  title: string;
  /** Ratio a second. */
  zoom: number;
  /** Shares of the width and the height a second. */
  pan: readonly [number, number];
  /** Degrees a second. */
  rotate: number;
}

const STILL: Move = { title: "Still", zoom: 1, pan: [0, 0], rotate: 0 };

export const MOVES = {
  in: { ...STILL, title: "Closer", zoom: 1.08 },
  out: { ...STILL, title: "Away", zoom: 1 / 1.08 },
  left: { ...STILL, title: "Left", pan: [-0.06, 0] },
  right: { ...STILL, title: "Right", pan: [0.06, 0] },
  up: { ...STILL, title: "Up", pan: [0, -0.06] },
  down: { ...STILL, title: "Down", pan: [0, 0.06] },
  turn: { ...STILL, title: "Turn", rotate: 4 },
  still: STILL,
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof MOVES;

export function isMove(name: unknown): name is MoveName {
  return typeof name === "string" && name in MOVES;
}
