import { useEffect, useRef } from "react";
import { standIn } from "../../film/pictures";
import type { Transition } from "../../film/shot";
import { drawn, type Paint } from "../../film/transitions";
import { covering, type Still } from "./stills";

interface MovingProps {
  transition: Transition;
  before: Still | undefined;
  after: Still | undefined;
  /** It plays; otherwise it stands still half way. */
  playing: boolean;
  /** Milliseconds that it is ahead of others: a row of them is livelier when they are not all at the same point. */
  ahead?: number;
  width: number;
  height: number;
  className?: string;
}

/** Milliseconds that it rests on each picture, and that it passes between them. */
const [RESTS, PASSES] = [350, 1450];

/** A transition between two scenes, as it will be. */
export function Moving({ transition, before, after, playing, ahead = 0, width, height, className }: MovingProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const ground = canvas.current?.getContext("2d");
    if (!ground) return;
    const [first, second] = [paintOf(before, true), paintOf(after, false)];
    if (!playing || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      drawn(ground, transition, 0.5, first, second);
      return;
    }
    let frame = 0;
    const began = performance.now() - ahead;
    const step = (now: number) => {
      const at = (now - began) % (2 * (RESTS + PASSES));
      const back = at >= RESTS + PASSES;
      const passed = Math.min(1, Math.max(0, ((at % (RESTS + PASSES)) - RESTS) / PASSES));
      drawn(ground, transition, passed, back ? second : first, back ? first : second);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [transition, before, after, playing, ahead, width, height]);
  return <canvas ref={canvas} width={width} height={height} className={className} aria-hidden="true" />;
}

const standIns = new Map<boolean, HTMLCanvasElement>();

function paintOf(still: Still | undefined, warm: boolean): Paint {
  if (still !== undefined) return (ground) => covering(ground, still);
  const picture = standIns.get(warm) ?? standIn(warm, 320, 180);
  standIns.set(warm, picture);
  return (ground) => ground.drawImage(picture, 0, 0, ground.canvas.width, ground.canvas.height);
}
