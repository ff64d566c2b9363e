/** What the sliders set: their ranges, how they read, and the wish each makes. */

import type { Keyframe, Wish } from "../../api/types";

export interface Settings {
  /** Strength, 0 to 1: how much of each frame is dreamt anew. */
  change: number;
  guidance: number;
  /** Doublings a second; 0 stands still, below 0 moves away. */
  zoom: number;
  /** Shares of the width and of the height per second. */
  across: number;
  down: number;
  /** Degrees per second. */
  turn: number;
  /** Seconds over which the next prompt takes effect; it makes no wish of its own. */
  blend: number;
}

export type SettingName = keyof Settings;

export interface Range {
  min: number;
  max: number;
}

export interface Setting extends Range {
  name: SettingName;
  label: string;
  /** Said where the pointer rests on it. */
  help: string;
  step: number;
  words: (value: number) => string;
}

/** With its sign, and never as a negative nothing. */
function signed(value: number): string {
  const whole = Math.round(value) + 0;
  return whole > 0 ? `+${whole}` : `${whole}`;
}

export const SETTINGS: readonly Setting[] = [
  { name: "change", label: "Change", help: "How much of every frame is dreamt anew", min: 0, max: 1, step: 0.01, words: (value) => `${Math.round(value * 100)} %` },
  { name: "guidance", label: "Chaos", help: "Guidance: low drifts freely, high clings to the words", min: 0, max: 10, step: 0.1, words: (value) => value.toFixed(1) },
  { name: "zoom", label: "Zoom", help: "Into the picture, or out of it", min: -2, max: 2, step: 0.01, words: (value) => `× ${(2 ** value).toFixed(2)}/s` },
  { name: "across", label: "Pan across", help: "Widths of the picture a second", min: -1, max: 1, step: 0.01, words: (value) => `${signed(value * 100)} %/s` },
  { name: "down", label: "Pan down", help: "Heights of the picture a second", min: -1, max: 1, step: 0.01, words: (value) => `${signed(value * 100)} %/s` },
  { name: "turn", label: "Rotation", help: "Degrees a second", min: -90, max: 90, step: 1, words: (value) => `${signed(value)} °/s` },
  { name: "blend", label: "Blend time", help: "How long a new prompt takes to arrive", min: 0, max: 10, step: 0.1, words: (value) => `${value.toFixed(1)} s` },
];

/** How it is where nobody has said anything. */
export const DEFAULTS: Settings = { change: 0.5, guidance: 1, zoom: Math.log2(1.05 ** 10), across: 0, down: 0, turn: 0, blend: 2 };

const STILL = { zoom: 1, pan: [0, 0] as [number, number], rotate: 0 };
const MOTION: ReadonlySet<SettingName> = new Set(["zoom", "across", "down", "turn"]);

/** The wish that a slider's move makes; null where it only shapes wishes to come. Motion is wished for whole. */
export function wish(name: SettingName, settings: Settings): Wish | null {
  if (name === "change") return { strength: settings.change };
  if (name === "guidance") return { guidance_scale: settings.guidance };
  if (!MOTION.has(name)) return null;
  return { motion: { zoom: 2 ** settings.zoom, pan: [settings.across, settings.down], rotate: settings.turn } };
}

/** The settings after a keyframe: what it leaves open stays as it was. What is as usual is left out where it is told. */
export function after(settings: Settings, keyframe: Wish | Keyframe): Settings {
  const motion = keyframe.motion && { ...STILL, ...keyframe.motion };
  return {
    ...settings,
    ...(typeof keyframe.strength === "number" && { change: keyframe.strength }),
    ...(typeof keyframe.guidance_scale === "number" && { guidance: keyframe.guidance_scale }),
    ...(motion && { zoom: Math.log2(motion.zoom), across: motion.pan[0], down: motion.pan[1], turn: motion.rotate }),
  };
}

/** Where a value may be. */
export function held(value: number, { min, max }: Range): number {
  return Math.min(max, Math.max(min, value));
}
