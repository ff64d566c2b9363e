import { useEffect, useState } from "react";

/** Keep the screen on while this is shown, again after every time the page was hidden; quietly nothing where it can't. */
export function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let gone = false;
    const ask = async () => {
      if (gone || document.visibilityState !== "visible" || (lock && !lock.released)) return;
      lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
      if (gone) void lock?.release();
    };
    void ask();
    document.addEventListener("visibilitychange", ask);
    // Some systems take it back when power is low, and some give it only after a gesture.
    document.addEventListener("pointerdown", ask);
    const again = window.setInterval(ask, 60_000);
    return () => {
      gone = true;
      document.removeEventListener("visibilitychange", ask);
      document.removeEventListener("pointerdown", ask);
      window.clearInterval(again);
      void lock?.release();
    };
  }, []);
}

/** True once the pointer has rested for a while; it shows again when it moves. */
export function usePointerRest(milliseconds = 1500): boolean {
  const [resting, setResting] = useState(true);
  useEffect(() => {
    let timer: number | undefined;
    const moved = () => {
      setResting(false);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setResting(true), milliseconds);
    };
    window.addEventListener("pointermove", moved);
    return () => {
      window.removeEventListener("pointermove", moved);
      window.clearTimeout(timer);
    };
  }, [milliseconds]);
  return resting;
}
