import { type CSSProperties, type KeyboardEvent, type PointerEvent, useState } from "react";
import { Feedthrough } from "./feedthrough";

/** How before and after are shown. */
export type View = "split" | "beside" | "after";

interface CompareProps {
  stream: MediaStream | null;
  view: View;
  /** Width over height of what is painted: what comes in is cut to it. */
  ratio: number;
}

/** By how much a press of an arrow moves the line, in hundredths. */
const STEP = 2;
const HELD = (at: number) => Math.min(100, Math.max(0, at));

/** Before beside after: one picture with a line through it that can be moved, or two. */
export function Compare({ stream, view, ratio }: CompareProps) {
  const [split, setSplit] = useState(50);
  if (stream === null || view === "after") return null;
  const style = { "--split": `${split}%`, "--ratio": ratio } as CSSProperties;

  const moved = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) setSplit(HELD((event.clientX / window.innerWidth) * 100));
  };
  const pressed = (event: KeyboardEvent) => {
    const to = { ArrowLeft: split - STEP, ArrowRight: split + STEP, Home: 0, End: 100 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setSplit(HELD(to));
  };

  return (
    <div className="camera-compare" data-view={view} style={style}>
      <div className="camera-before">
        <div className="camera-frame">
          <Feedthrough stream={stream} />
        </div>
      </div>
      {view === "split" ? (
        <div
          className="camera-line"
          role="slider"
          tabIndex={0}
          aria-label="Before and after"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(split)}
          aria-valuetext={`${Math.round(split)} % before`}
          aria-orientation="horizontal"
          onKeyDown={pressed}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={moved}
        >
          <Names />
          <i aria-hidden="true" />
        </div>
      ) : (
        <div className="camera-line">
          <Names />
        </div>
      )}
    </div>
  );
}

function Names() {
  return (
    <>
      <span className="camera-name">before</span>
      <span className="camera-name">after</span>
    </>
  );
}
