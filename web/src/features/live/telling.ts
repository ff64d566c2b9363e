/** What the newest frame says of itself, for the few parts that show it: the stage around them is not drawn anew. */

import { useSyncExternalStore } from "react";

/** What a frame says of itself, told a few times a second. */
export interface Shown {
  frame: number;
  time: number;
  placeholder: boolean;
}

export interface Telling {
  tell: (shown: Shown) => void;
  newest: () => Shown | null;
  subscribe: (hear: () => void) => () => void;
}

/** A place for the newest frame's word, empty at first. */
export function telling(): Telling {
  let newest: Shown | null = null;
  const hearers = new Set<() => void>();
  return {
    tell: (shown) => {
      newest = shown;
      for (const hear of hearers) hear();
    },
    newest: () => newest,
    subscribe: (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}

/** One thing of what the newest frame says; who asks is drawn anew only where that has changed. */
export function useTold<Told extends string | number | boolean | null>(told: Telling, of: (shown: Shown | null) => Told): Told {
  return useSyncExternalStore(told.subscribe, () => of(told.newest()));
}
