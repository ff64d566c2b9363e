/** What the four charts show, on which scale, and from where on a picture counts as dying. */

import type { Scale } from "./curve";

export interface Thresholds {
  dark: number;
  bright: number;
  flat: number;
  blurred: number;
  frozen: number;
}

export type MeasureName = "brightness" | "contrast" | "detail" | "motion";

export interface Limit {
  value: number;
  /** What a picture beyond it is called; the same word the server says. */
  word: string;
  /** Which side of the limit is ill. */
  side: "under" | "over";
  /** False where the limit is of something else than the value drawn, so that crossing it says nothing by itself. */
  judged?: boolean;
}

export interface Measure {
  name: MeasureName;
  title: string;
  scale: Scale;
  limits: (thresholds: Thresholds) => Limit[];
}

export const DEFAULT_THRESHOLDS: Thresholds = { dark: 0.05, bright: 0.95, flat: 0.09, blurred: 0.00006, frozen: 0.012 };

export const MEASURES: readonly Measure[] = [
  {
    name: "brightness",
    title: "Brightness",
    scale: { least: 0, most: 1 },
    limits: ({ dark, bright }) => [
      { value: dark, word: "dark", side: "under" },
      { value: bright, word: "bright", side: "over" },
    ],
  },
  {
    name: "contrast",
    title: "Contrast",
    scale: { least: 0, most: 0.8 },
    limits: ({ flat }) => [{ value: flat, word: "flat", side: "under" }],
  },
  {
    name: "detail",
    title: "Detail",
    scale: { least: 0.00001, most: 0.1, logarithmic: true },
    limits: ({ blurred }) => [{ value: blurred, word: "blurred", side: "under" }],
  },
  {
    name: "motion",
    title: "Motion",
    scale: { least: 0.0005, most: 0.3, logarithmic: true },
    // The limit is of the change over a whole second, the curve of the change from frame to frame.
    limits: ({ frozen }) => [{ value: frozen, word: "frozen", side: "under", judged: false }],
  },
];

/** A measure in two figures: as many as tell two values of it apart. */
export function figure(value: number): string {
  return value >= 0.1 ? value.toFixed(2) : value < 0.000001 ? "0" : value.toPrecision(2);
}
