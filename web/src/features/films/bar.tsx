import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { Board } from "../../film/board";
import { clock, type Span } from "../../film/timeline";
import { kindOf } from "../../film/transitions";

interface BarProps {
  board: Board;
  layout: readonly Span[];
  total: number;
  fps: number;
  frame: number;
  chosen: string | null;
  onSeek: (frame: number) => void;
}

/** The whole film in the length it has: every scene, what two of them share, and where it is now. */
export function Bar({ board, layout, total, fps, frame, chosen, onSeek }: BarProps) {
  const track = useRef<HTMLDivElement>(null);
  const lead = layout[0]?.start ?? 0;
  const share = (frames: number) => `${(100 * frames) / Math.max(1, total)}%`;
  const seek = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box !== undefined) onSeek(Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * Math.max(0, total - 1)));
  };
  const keyed = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: fps, PageDown: -fps, Home: -total, End: total };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onSeek(Math.min(total - 1, Math.max(0, Math.round(frame + by))));
  };
  return (
    <section className="bar" aria-label="Timeline">
      <div
        ref={track}
        className="bar-track"
        role="slider"
        tabIndex={0}
        aria-label="Where the film is"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, total - 1)}
        aria-valuenow={Math.round(frame)}
        aria-valuetext={`${(frame / fps).toFixed(2)} s of ${clock(total / fps)}`}
        onKeyDown={keyed}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && seek(event)}
      >
        {lead > 0 && (
          <div className="bar-scene bar-lead" style={{ left: 0, width: share(lead) }}>
            <span>{board.extend?.name}</span>
          </div>
        )}
        {layout.map((span, index) => {
          const shot = board.shots[index];
          return shot === undefined ? null : (
            <div key={shot.id} className="bar-scene" data-chosen={shot.id === chosen} style={{ left: share(span.start), width: share(span.frames) }}>
              <span style={{ marginLeft: `${(100 * (layout[index - 1]?.overlap ?? 0)) / Math.max(1, span.frames)}%` }}>{index + 1}</span>
            </div>
          );
        })}
        {layout.map((span, index) => {
          const shot = board.shots[index];
          return span.overlap === 0 || shot === undefined ? null : (
            <div key={shot.id} className="bar-overlap" title={`${kindOf(shot.transition.kind).title}, ${span.overlap} frames`} style={{ left: share(span.start + span.frames - span.overlap), width: share(span.overlap) }} />
          );
        })}
        <div className="bar-now" style={{ left: share(frame) }} />
      </div>
      <div className="bar-ticks tabular" aria-hidden="true">
        {ticks(total / fps).map((second) => (
          <span key={second} style={{ left: share(second * fps) }}>
            {clock(second)}
          </span>
        ))}
      </div>
    </section>
  );
}

/** Moments to be named: whole seconds, about eight of them. */
function ticks(seconds: number): number[] {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find((one) => seconds / one <= 8) ?? 3600;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, number) => number * step).filter((second) => second < seconds * 0.97 || second === 0);
}
