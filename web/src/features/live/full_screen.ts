import { useSyncExternalStore } from "react";

/** True while the page fills the screen. */
export function useFullScreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
}

/** Fill the screen, or stop; quietly nothing where the browser won't. */
export function fullScreen(): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen({ navigationUI: "hide" });
  change.catch(() => undefined);
}

function subscribe(tell: () => void): () => void {
  document.addEventListener("fullscreenchange", tell);
  return () => document.removeEventListener("fullscreenchange", tell);
}
