/** What is being written, kept in the browser, so that a reload or a crash takes nothing. */

import { useEffect, useLayoutEffect, useRef, useState } from "react";

/** How long a hand may rest before what it wrote is kept. */
const REST = 250;

/** A draft by its name: `revive` turns what was kept, whatever it is by now, into a whole one. */
export function load<T>(name: string, revive: (kept: unknown) => T): T {
  try {
    return revive(JSON.parse(localStorage.getItem(key(name)) ?? "null"));
  } catch {
    return revive(null);
  }
}

export function keep(name: string, draft: unknown): void {
  try {
    localStorage.setItem(key(name), JSON.stringify(draft));
  } catch {
    // A full or forbidden store: the draft lives as long as the page.
  }
}

/** State that outlives the page; written a moment after it changes, and at once when the page is left. */
export function useDraft<T>(name: string, revive: (kept: unknown) => T): [T, (change: T | ((before: T) => T)) => void] {
  const [draft, setDraft] = useState<T>(() => load(name, revive));
  const newest = useRef(draft);
  const first = useRef(true);
  // Before it is painted: what a person sees is kept even if the page is left in the same moment.
  useLayoutEffect(() => {
    newest.current = draft;
  }, [draft]);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const timer = window.setTimeout(() => keep(name, draft), REST);
    return () => window.clearTimeout(timer);
  }, [name, draft]);
  useEffect(() => {
    const leave = () => keep(name, newest.current);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [name]);
  return [draft, setDraft];
}

/** An object with every field of `whole`: those of `kept` where they are of the same type. */
export function patched<T extends object>(whole: T, kept: unknown): T {
  if (typeof kept !== "object" || kept === null) return whole;
  const found = kept as Record<string, unknown>;
  const fields = Object.entries(whole).map(([name, value]) => [name, alike(value, found[name]) ? found[name] : value]);
  return Object.fromEntries(fields) as T;
}

function alike(one: unknown, other: unknown): boolean {
  if (other === undefined) return false;
  if (one === null || other === null) return one === null || other === null;
  return typeof one === typeof other && Array.isArray(one) === Array.isArray(other);
}

const key = (name: string) => `reverie:${name}`;
