import { useSyncExternalStore } from "react";
import { Button } from "./button";
import { Icon } from "./icon";

interface Offer {
  /** The word on the button. */
  action?: string;
  onAction?: () => unknown;
  seconds?: number;
  /** Said at once by a screen reader, and in another colour. */
  fail?: boolean;
}

interface Shown extends Offer {
  id: number;
  words: string;
}

/** More would be a list, and nobody reads lists that go away. */
const MOST = 3;
let shown: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function show(list: readonly Shown[]): void {
  shown = list;
  for (const tell of listeners) tell();
}

function dismiss(id: number): void {
  show(shown.filter((one) => one.id !== id));
}

/** Say something in passing, with one thing that can be done about it; the same words are not said twice at once. */
export function toast(words: string, offer: Offer = {}): void {
  const id = next++;
  const others = shown.filter((one) => one.words !== words);
  show([...others, { ...offer, id, words }].slice(-MOST));
  window.setTimeout(() => dismiss(id), (offer.seconds ?? (offer.fail ? 8 : 4)) * 1000);
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Where what was said in passing is shown; one in the whole page. */
export function Toasts() {
  const list = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="pointer-events-none fixed inset-x-0 bottom-[max(152px,env(safe-area-inset-bottom))] z-70 grid justify-items-center gap-2 px-4" role="status" aria-live="polite">
      {list.map((one) => (
        <div key={one.id} role={one.fail ? "alert" : undefined} className="glass arriving pointer-events-auto flex min-h-12 max-w-140 items-center gap-2 py-1 pr-1 pl-5 text-14">
          <span className={one.fail ? "text-fail" : "text-ink"}>{one.words}</span>
          {one.action !== undefined && (
            <Button
              look="quiet"
              className="font-medium text-accent!"
              onClick={() => {
                dismiss(one.id);
                void one.onAction?.();
              }}
            >
              {one.action}
            </Button>
          )}
          <Button look="icon" aria-label="Dismiss" onClick={() => dismiss(one.id)}>
            <Icon name="close" size={16} />
          </Button>
        </div>
      ))}
    </div>
  );
}

/** Say what went wrong. */
export function complain(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), { fail: true });
}
