/** Earlier prompts under the arrow keys, as in a shell: what is being written waits at the end. */

const KEY = "reverie.prompts";
const MOST = 100;

export interface Recall {
  /** Oldest first. */
  earlier: readonly string[];
  /** How far back one has gone; 0 is what is being written. */
  back: number;
  draft: string;
}

export const NOTHING: Recall = { earlier: [], back: 0, draft: "" };

/** Remember a prompt that was sent; the same one twice in a row counts once. */
export function sent(recall: Recall, prompt: string): Recall {
  const others = recall.earlier.filter((one) => one !== prompt);
  return { earlier: [...others, prompt].slice(-MOST), back: 0, draft: "" };
}

/** Go `steps` back (or on, below 0) from what is written now; the words to show are `shown`. */
export function gone(recall: Recall, steps: number, written: string): Recall {
  const back = Math.min(recall.earlier.length, Math.max(0, recall.back + steps));
  return { ...recall, back, draft: recall.back === 0 ? written : recall.draft };
}

export function shown({ earlier, back, draft }: Recall): string {
  return back === 0 ? draft : (earlier[earlier.length - back] ?? draft);
}

export function load(): Recall {
  try {
    const told: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    const earlier = Array.isArray(told) ? told.filter((one) => typeof one === "string").slice(-MOST) : [];
    return { ...NOTHING, earlier };
  } catch {
    return NOTHING;
  }
}

export function save({ earlier }: Recall): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(earlier));
  } catch {
    // They are remembered until the page is closed.
  }
}
