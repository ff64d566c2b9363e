import { useCallback, useEffect, useRef, useState } from "react";

/** Milliseconds of rest after which the controls leave, and before which they don't come. */
const LEAVING = 3000;
const FIRST = 1000;

const STIRS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "focusin"] as const;

/** True while the controls are to be seen; `hide` sends them away at once. */
export function useAwake(busy: boolean): { awake: boolean; hide: () => void } {
  const [awake, setAwake] = useState(false);
  const timer = useRef(0);
  const deaf = useRef(false);

  const rest = useCallback(() => {
    window.clearTimeout(timer.current);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) timer.current = window.setTimeout(() => setAwake(false), LEAVING);
  }, []);

  useEffect(() => {
    const stir = (event: Event) => {
      if (deaf.current || (event instanceof KeyboardEvent && event.key === "Escape")) return;
      setAwake(true);
      rest();
    };
    const first = window.setTimeout(() => {
      setAwake(true);
      rest();
    }, FIRST);
    for (const name of STIRS) window.addEventListener(name, stir, { passive: true });
    return () => {
      window.clearTimeout(first);
      window.clearTimeout(timer.current);
      for (const name of STIRS) window.removeEventListener(name, stir);
    };
  }, [rest]);

  const hide = useCallback(() => {
    window.clearTimeout(timer.current);
    setAwake(false);
    // Taking the focus away, and a pointer that trembles, are no wish to see them again.
    deaf.current = true;
    window.setTimeout(() => (deaf.current = false), 250);
  }, []);

  return { awake: awake || busy, hide };
}
