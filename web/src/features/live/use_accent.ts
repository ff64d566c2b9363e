import { type RefObject, useEffect } from "react";
import { type Colour, accent, apart, between, css, tint } from "./accent";

/** Milliseconds between two looks; the colour is eased over the same time. */
const LOOKING = 2000;
/** So many steps from one colour to the next: each has the whole page styled anew, which at every frame cost a third of a core. */
const STEPS = 16;
const SMALL = 24;
/** Degrees that a hue must have moved to be taken up. */
const MOVED = 8;

/** Take the accent from the picture, for as long as this is shown. */
export function useAccent(canvas: RefObject<HTMLCanvasElement | null>, video: RefObject<HTMLVideoElement | null>): void {
  useEffect(() => {
    const small = document.createElement("canvas");
    small.width = small.height = SMALL;
    const drawn = small.getContext("2d", { willReadFrequently: true });
    // Nobody sees it change while the controls are away.
    const seen = () => canvas.current?.closest('[data-awake="false"]') === null;
    const worn = wearing(document.documentElement.style, seen);
    let last = Number.NaN;

    const look = () => {
      const shown = video.current !== null && video.current.videoWidth > 0 ? video.current : canvas.current;
      if (drawn === null || shown === null || (shown instanceof HTMLCanvasElement && shown.width === 0)) return;
      drawn.drawImage(shown, 0, 0, SMALL, SMALL);
      const found = tint(drawn.getImageData(0, 0, SMALL, SMALL).data);
      if (found === null || apart(found.hue, last) < MOVED) return;
      last = found.hue;
      worn.turn(accent(found));
    };

    const soon = window.setTimeout(look, 300);
    const timer = window.setInterval(look, LOOKING);
    return () => {
      window.clearTimeout(soon);
      window.clearInterval(timer);
      worn.takeOff();
    };
  }, [canvas, video]);
}

/** The page's accent, turned from what it is to another in a few steps where they are seen; the first is taken at once. */
function wearing(style: CSSStyleDeclaration, seen: () => boolean): { turn: (to: Colour) => void; takeOff: () => void } {
  let timer: number | undefined;
  let now: Colour | null = null;
  const wear = (colour: Colour) => {
    now = colour;
    style.setProperty("--accent", css(colour));
  };
  const turn = (to: Colour) => {
    window.clearInterval(timer);
    const from = now;
    if (from === null || !seen() || matchMedia("(prefers-reduced-motion: reduce)").matches) return wear(to);
    let step = 0;
    timer = window.setInterval(() => {
      wear(between(from, to, ++step / STEPS));
      if (step >= STEPS) window.clearInterval(timer);
    }, LOOKING / STEPS);
  };
  return {
    turn,
    takeOff: () => {
      window.clearInterval(timer);
      style.removeProperty("--accent");
    },
  };
}
