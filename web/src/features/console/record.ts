/** What the console remembers of a session: bounded, and the same whether an event comes once or twice. */

import type { Point } from "./curve";
import type { MeasureName } from "./measures";

export interface Vitals {
  frame: number;
  time: number;
  brightness: number;
  contrast: number;
  detail: number;
  saturation: number;
  motion: number;
  stagnant: string[];
  fps: { model: number; new: number; displayed: number };
  latency: { p50: number; p95: number; p99: number };
  drops: number;
  viewers: number;
  memory_mb: number;
}

/** One line of the log. */
export interface Line {
  id: number;
  kind: string;
  at: string;
  time: number | null;
  words: string;
}

export interface Remembered {
  vitals: readonly Vitals[];
  lines: readonly Line[];
}

export const NOTHING: Remembered = { vitals: [], lines: [] };

/** Five minutes at two a second, as the server keeps. */
const MOST_VITALS = 600;
const MOST_LINES = 500;

type Told = Record<string, unknown> & { id?: number; kind: string; at?: string };

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** How each kind of event is put in words; kinds that are not here make no line. */
const WORDS: Record<string, (told: Told) => string> = {
  state: (told) => `state: ${text(told.phase) || text(told.state)}${told.error ? `: ${text(told.error)}` : ""}`,
  keyframe: (told) => `keyframe: ${wish(told.keyframe)}`,
  spark: (told) => `spark: ${text(told.reason) || "lit"}`,
  reroll: (told) => `reroll: ${text(told.reason) || "painted again"}`,
  fallback: (told) => `fallback: ${text(told.reason)}`,
  hint: (told) => `hint: ${text(told.reason)}`,
  recording: (told) => (told.on ? "recording" : `recorded${told.file ? `: ${text(told.file)}` : ""}`),
  file: (told) => `file: ${text(told.name)}`,
};

/** The fields a keyframe sets, as words. */
export function wish(keyframe: unknown): string {
  if (typeof keyframe !== "object" || keyframe === null) return "";
  const set = Object.entries(keyframe).filter(([name, value]) => !isUnsaid(name, value));
  return set.map(([name, value]) => (name === "prompt" ? `“${String(value)}”` : `${name} ${shown(value)}`)).join(", ") || "nothing";
}

/** What a stored wish holds where nothing was said. */
function isUnsaid(name: string, value: unknown): boolean {
  if (name === "time" || value === null || (name === "spark" && value === false) || (name === "blend" && value === 0)) return true;
  return typeof value === "object" && Object.keys(value as object).length === 0;
}

function shown(value: unknown): string {
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "object" && !Array.isArray(value) ? wish(value) : String(value);
}

/** Remember one event more. */
export function remember(record: Remembered, told: Told): Remembered {
  if (told.kind === "vitals") return { ...record, vitals: withVitals(record.vitals, told as unknown as Vitals) };
  const words = WORDS[told.kind]?.(told);
  const id = number(told.id) ?? 0;
  if (words === undefined || record.lines.some((line) => line.id === id && line.kind === told.kind && id > 0)) return record;
  // What has no moment of its own happened at the newest one that is known.
  const time = number(told.time) ?? newest(record);
  const line: Line = { id, kind: told.kind, at: text(told.at), time, words };
  return { ...record, lines: [...record.lines, line].slice(-MOST_LINES) };
}

/** The curve of a measure; the first frame has nothing that it could have moved from. */
export function points({ vitals }: Remembered, name: MeasureName): readonly Point[] {
  const told = name === "motion" ? vitals.filter(({ frame }) => frame > 0) : vitals;
  return told.map((one) => ({ time: one.time, value: one[name] }));
}

function newest({ vitals, lines }: Remembered): number | null {
  const times = [vitals.at(-1)?.time ?? null, lines.at(-1)?.time ?? null].filter((time) => time !== null);
  return times.length === 0 ? null : Math.max(...times);
}

function withVitals(vitals: readonly Vitals[], next: Vitals): readonly Vitals[] {
  const last = vitals.at(-1);
  if (last !== undefined && next.time <= last.time) return next.time < last.time - 60 ? [next] : vitals;
  return [...vitals, next].slice(-MOST_VITALS);
}
