/** Nine prompts on nine keys: kept in this browser, shared as a file. */

export const SLOTS = 9;
const LONGEST = 2000;
const KEY = "reverie.bank";
/** What a shared file says it is. */
const FORMAT = "reverie.bank/1";

export type Bank = readonly string[];

export const FIRST: Bank = [
  "a coral reef at dusk",
  "sky islands at sunrise",
  "a neon street in the rain",
  "northern lights over mountains",
  "a volcano at sunset",
  "the deep sea, glowing jellyfish",
  "a galaxy in bloom",
  "a crystal cave by night",
  "a field of flowers at noon",
];

/** Nine trimmed prompts of anything; null where it is no list of prompts. */
function read(given: unknown): Bank | null {
  if (!Array.isArray(given) || !given.every((one) => typeof one === "string")) return null;
  return Array.from({ length: SLOTS }, (_, slot) => (given[slot] ?? "").trim().slice(0, LONGEST));
}

/** The bank as a file to hand on. */
export function written(bank: Bank): string {
  return `${JSON.stringify({ format: FORMAT, prompts: bank }, null, 2)}\n`;
}

/** The bank in a file's text; throws in words where there is none. */
export function parsed(text: string): Bank {
  const bank = read(prompts(text));
  if (bank === null || bank.every((one) => one === "")) throw new Error("That file holds no bank of prompts: choose one that was shared from here.");
  return bank;
}

function prompts(text: string): unknown {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === "object" && told !== null && "prompts" in told ? told.prompts : told;
  } catch {
    return null;
  }
}

/** The bank with another prompt in a slot. */
export function set(bank: Bank, slot: number, prompt: string): Bank {
  return bank.map((one, index) => (index === slot ? prompt.trim().slice(0, LONGEST) : one));
}

/** Where a prompt would go: the slot it is in, the first empty one, or null where all are taken. */
export function place(bank: Bank, prompt: string): number | null {
  const there = bank.indexOf(prompt.trim());
  const free = there >= 0 ? there : bank.indexOf("");
  return free >= 0 ? free : null;
}

export function load(): Bank {
  try {
    return read(JSON.parse(localStorage.getItem(KEY) ?? "null")) ?? FIRST;
  } catch {
    return FIRST;
  }
}

export function save(bank: Bank): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(bank));
  } catch {
    // A browser that keeps nothing still has the bank until it is closed.
  }
}
