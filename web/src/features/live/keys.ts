/** The keys of the stage, and what `?` shows of them. */

export type Deed = "write" | "recall" | "freeze" | "spark" | "record" | "snapshot" | "fullscreen" | "console" | "less" | "more" | "hide" | "help";

interface Key {
  /** As a browser names them, without regard to case. */
  keys: readonly string[];
  does: Deed;
  /** How it is shown. */
  shown: string;
  words: string;
}

export const KEYS: readonly Key[] = [
  { keys: ["Enter", "/"], does: "write", shown: "Enter", words: "Write a prompt, and send it" },
  { keys: ["ArrowUp"], does: "recall", shown: "↑ ↓", words: "Earlier prompts" },
  { keys: [" "], does: "freeze", shown: "Space", words: "Freeze, and go on" },
  { keys: ["s"], does: "spark", shown: "S", words: "Spark" },
  { keys: ["r"], does: "record", shown: "R", words: "Record" },
  { keys: ["p"], does: "snapshot", shown: "P", words: "Snapshot" },
  { keys: ["f"], does: "fullscreen", shown: "F", words: "Full screen" },
  { keys: ["`"], does: "console", shown: "`", words: "Console" },
  { keys: ["["], does: "less", shown: "[", words: "Change less" },
  { keys: ["]"], does: "more", shown: "]", words: "Change more" },
  { keys: ["Escape"], does: "hide", shown: "Esc", words: "Hide everything" },
  { keys: ["?"], does: "help", shown: "?", words: "These keys" },
];

interface Pressed {
  key: string;
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What a key asks for: a slot of the bank, counted from 0, or a deed; null where nothing. */
export function asked({ key, code, ctrlKey, metaKey, altKey }: Pressed): number | Deed | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[1-9]$/.test(key)) return Number(key) - 1;
  if (key === "Dead" && code === "Backquote") return "console";
  return KEYS.find(({ keys }) => keys.some((one) => one.toLowerCase() === key.toLowerCase()))?.does ?? null;
}

/** True where a key belongs to what has the focus: words are written there, or it is pressed itself. */
export function taken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === "Escape") return false;
  if (target.matches("input, textarea, select, [contenteditable]")) return true;
  if (target.closest("[role=dialog], [role=listbox], [role=menu]")) return true;
  if (target.matches("button, a, summary") && (key === " " || key === "Enter")) return true;
  return target.matches("[role=slider]") && key.startsWith("Arrow");
}
