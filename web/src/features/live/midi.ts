/** Knobs of a MIDI controller on the sliders, keys of one on the buttons. */

import type { Range, SettingName } from "./settings";

/** A control that moved: a name that stays the same for it, and its value 0 to 1. */
export interface Turned {
  control: string;
  value: number;
}

/** Which control moves which slider. */
export type Learnt = Readonly<Record<string, SettingName>>;

const KEY = "reverie.midi";
const CONTROL_CHANGE = 0xb0;
const PITCH_BEND = 0xe0;

/** Read a message; null where nothing was turned. */
export function turned(message: Uint8Array | readonly number[]): Turned | null {
  const [status = 0, first = 0, second = 0] = message;
  const channel = (status & 0x0f) + 1;
  if ((status & 0xf0) === CONTROL_CHANGE) return { control: `${channel}/${first}`, value: second / 127 };
  if ((status & 0xf0) === PITCH_BEND) return { control: `${channel}/bend`, value: ((second << 7) | first) / 16383 };
  return null;
}

/** Where a control's value is on a slider. A slider that goes both ways rests exactly in its middle at 64 of 127. */
export function along(value: number, { min, max }: Range): number {
  const middle = min < 0 && Math.abs(value - 64 / 127) < 1 / 254;
  return middle ? (min + max) / 2 : min + value * (max - min);
}

/** Teach a control a slider: each has one of the other. */
export function taught(learnt: Learnt, control: string, name: SettingName): Learnt {
  return { ...forgotten(learnt, name), [control]: name };
}

export function forgotten(learnt: Learnt, name: SettingName): Learnt {
  return Object.fromEntries(Object.entries(learnt).filter(([, other]) => other !== name));
}

export function load(names: ReadonlySet<string>): Learnt {
  try {
    const told: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const entries = Object.entries(told as Record<string, SettingName>);
    return Object.fromEntries(entries.filter(([, name]) => names.has(name)));
  } catch {
    return {};
  }
}

export function save(learnt: Learnt): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(learnt));
  } catch {
    // Learnt until the page is closed.
  }
}
