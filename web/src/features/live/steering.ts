/** Wishes on their way: those of a moving slider are merged, one is under way at a time, the newest wins. */

import type { Receipt, Wish } from "../../api/types";

export interface Steering {
  wish: (wish: Wish) => void;
  stop: () => void;
}

interface Ways {
  send: (wish: Wish) => Promise<Receipt>;
  onReceipt?: (receipt: Receipt) => void;
  onProblem: (error: unknown) => void;
}

/** At most one wish in this many milliseconds: no frame comes sooner, and the log stays readable. */
const APART = 30;

/** Two wishes that are one: of the same field the later wins; a spark stays one, and a prompt keeps its blend. */
export function merged(one: Wish | null, other: Wish): Wish {
  if (one === null) return other;
  const blend = other.blend ?? one.blend;
  return { ...one, ...other, ...(blend !== undefined && { blend }), spark: Boolean(one.spark) || Boolean(other.spark) };
}

export function steering({ send, onReceipt, onProblem }: Ways): Steering {
  let waiting: Wish | null = null;
  let [busy, stopped] = [false, false];

  const work = async () => {
    busy = true;
    while (waiting !== null && !stopped) {
      const wish = waiting;
      waiting = null;
      const rested = new Promise((done) => setTimeout(done, APART));
      try {
        const receipt = await send(wish);
        onReceipt?.(receipt);
      } catch (error) {
        if (!stopped) onProblem(error);
      }
      await rested;
    }
    busy = false;
  };

  return {
    wish: (wish) => {
      waiting = merged(waiting, wish);
      if (!busy) void work();
    },
    stop: () => {
      stopped = true;
      waiting = null;
    },
  };
}
