/** The three ways to render a performance again, and what may be chosen for each. */

export type Mode = "replay" | "remaster" | "again";

export interface Way {
  mode: Mode;
  title: string;
  words: string;
  /** Whether size, rate, steps and model may be others than they were. */
  free: boolean;
}

export const REPLAY: Way = { mode: "replay", title: "Replay", words: "Every frame as it was shown.", free: false };

export const WAYS: readonly Way[] = [
  REPLAY,
  { mode: "remaster", title: "Remaster", words: "The same journey, painted larger and with more care.", free: true },
  { mode: "again", title: "Perform again", words: "The same wishes at the same moments, dreamt anew.", free: true },
];

export interface Choice {
  value: string;
  title: string;
}

/** The empty value leaves a thing as it was. */
const AS_IT_WAS: Choice = { value: "", title: "As it was" };

export interface Wanted {
  size: string;
  rate: string;
  steps: string;
  model: string;
}

export const UNCHANGED: Wanted = { size: "", rate: "", steps: "", model: "" };

/** Sizes of the same shape as the performance's, whose sides are multiples of 8. */
export function sizes(width: number, height: number): Choice[] {
  const larger = [1.5, 2, 3, 4].map((scale) => [width * scale, height * scale].map((side) => Math.round(side / 8) * 8));
  const fitting = larger.filter(([wide = 0, tall = 0]) => Math.max(wide, tall) <= 2048);
  return [AS_IT_WAS, ...fitting.map(([wide, tall]) => ({ value: `${wide}x${tall}`, title: `${wide} × ${tall}` }))];
}

export const RATES: readonly Choice[] = [AS_IT_WAS, ...[8, 12, 16, 24, 30].map((rate) => ({ value: String(rate), title: `${rate} a second` }))];

export const STEPS: readonly Choice[] = [AS_IT_WAS, ...[1, 2, 4, 8].map((steps) => ({ value: String(steps), title: steps === 1 ? "1 step" : `${steps} steps` }))];

/** Models by their names, as it was first. */
export function models(known: readonly { name: string; title: string; ready: boolean }[]): Choice[] {
  return [AS_IT_WAS, ...known.filter((model) => model.ready).map(({ name, title }) => ({ value: name, title }))];
}

/** What is sent to `/again`: only what is wanted otherwise. */
export function request(way: Way, wanted: Wanted): Record<string, unknown> {
  if (!way.free) return { mode: way.mode };
  const [width, height] = wanted.size.split("x").map(Number);
  return {
    mode: way.mode,
    ...(wanted.size && { width, height }),
    ...(wanted.rate && { paint_fps: Number(wanted.rate) }),
    ...(wanted.steps && { steps: Number(wanted.steps) }),
    ...(wanted.model && { model: wanted.model }),
  };
}
