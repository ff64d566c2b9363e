import { type PointerEvent, type ReactNode, useRef, useState } from "react";

interface SheetProps {
  open: boolean;
  onOpen: (open: boolean) => void;
  /** What is under the thumb whether it is open or not. */
  head: ReactNode;
  children: ReactNode;
}

/** Pixels of a pull that count as one. */
const PULL = 32;

/** A sheet from the foot of a phone: its head alone, half the screen, or nearly all of it. */
export function Sheet({ open, onOpen, head, children }: SheetProps) {
  const [tall, setTall] = useState(false);
  const began = useRef(0);
  /** A pull ends with a click as well, which means nothing then. */
  const pulled = useRef(false);
  const level = open ? (tall ? 2 : 1) : 0;
  const to = (next: number) => {
    onOpen(next > 0);
    setTall(next > 1);
  };

  const released = (event: PointerEvent) => {
    const moved = began.current - event.clientY;
    pulled.current = Math.abs(moved) >= PULL;
    if (pulled.current) to(Math.min(2, Math.max(0, level + Math.sign(moved))));
  };

  return (
    <div className="live-sheet glass" data-level={level}>
      <button
        type="button"
        className="live-handle"
        aria-expanded={open}
        aria-label={["Open the controls", "Open them wholly", "Close the controls"][level]}
        onPointerDown={(event) => {
          began.current = event.clientY;
          pulled.current = false;
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerUp={released}
        onClick={(event) => {
          if (!pulled.current || event.detail === 0) to((level + 1) % 3);
        }}
      >
        <span aria-hidden="true" />
      </button>
      <div className="live-sheet-head">{head}</div>
      {open && <div className="live-sheet-rest">{children}</div>}
    </div>
  );
}
