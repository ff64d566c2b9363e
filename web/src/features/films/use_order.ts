import { type PointerEvent as Pressed, useEffect, useEffectEvent, useRef, useState } from "react";

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
  const moved = useEffectEvent(({ clientX }: PointerEvent) => {
    if (held === null || strip.current === null) return;
    const { left, right } = strip.current.getBoundingClientRect();
    if (clientX < left + NEAR_END) strip.current.scrollLeft -= SCROLLED;
    if (clientX > right - NEAR_END) strip.current.scrollLeft += SCROLLED;
    onMove(held, placeAt(clientX, held));
  });
  // Of the window, since a card that is put elsewhere loses what it had captured.
  useEffect(() => {
    if (held === null) return;
    const move = (event: PointerEvent) => moved(event);
    const leave = () => setHeld(null);
    window.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"] as const) window.addEventListener(end, leave);
    return () => {
      window.removeEventListener("pointermove", move);
      for (const end of ["pointerup", "pointercancel"] as const) window.removeEventListener(end, leave);
    };
  }, [held]);

  const handlers = (id: string) => ({
    onPointerDown: (event: Pressed<HTMLElement>) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.focus();
      setHeld(id);
    },
  });
  return { strip, held, handlers };
}
