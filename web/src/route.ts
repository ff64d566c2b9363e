/** The page's own addresses. */

import { type MouseEvent, useSyncExternalStore } from "react";

const MOVED = "reverie:moved";

/** The path that is shown now. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/** Go to another page without loading it anew. */
export function go(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, "", path);
  window.dispatchEvent(new Event(MOVED));
}

/** For links: an ordinary click stays in the page; one with a modifier is the browser's. */
export function followed(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(new URL(event.currentTarget.href).pathname);
}

function subscribe(tell: () => void): () => void {
  window.addEventListener("popstate", tell);
  window.addEventListener(MOVED, tell);
  return () => {
    window.removeEventListener("popstate", tell);
    window.removeEventListener(MOVED, tell);
  };
}
