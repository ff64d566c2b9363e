import { type PointerEvent, useRef, useState } from "react";

/** Pixels near the strip's ends within which it scrolls by itself, and how far a move. */
const [NEAR_END, SCROLLED] = [72, 18];

/** Move one of a row of cards by hand: `held` is on its way, and `onMove` says where it belongs now. */
export function useOrder(onMove: (id: string, to: number) => void) {
  const [held, setHeld] = useState<string | null>(null);
  const strip = useRef<HTMLUListElement>(null);

  /** Which place a point of the screen is in: cards whose middle it has passed are before it. */
  const placeAt = (x: number, id: string): number => {
    const cards = [...(strip.current?.querySelectorAll<HTMLElement>("[data-card]") ?? [])].filter((card) => card.dataset["card"] !== id);
    return cards.filter((card) => {
      const { left, width } = card.getBoundingClientRect();
      return x > left + width / 2;
    }).length;
  };

  const handlers = (id: string) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setHeld(id);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (held !== id || strip.current === null) return;
      const { left, right } = strip.current.getBoundingClientRect();
      if (event.clientX < left + NEAR_END) strip.current.scrollLeft -= SCROLLED;
      if (event.clientX > right - NEAR_END) strip.current.scrollLeft += SCROLLED;
      onMove(id, placeAt(event.clientX, id));
    },
    onPointerUp: () => setHeld(null),
    onPointerCancel: () => setHeld(null),
  });
  return { strip, held, handlers };
}
