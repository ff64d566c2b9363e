import { type RefObject, useEffect } from "react";
import { accent, apart, tint } from "./accent";

/** Milliseconds between two looks; the colour is eased over the same time. */
const LOOKING = 2000;
const SMALL = 24;
/** Degrees that a hue must have moved to be taken up: every change is drawn for two seconds. */
const MOVED = 8;

/** Take the accent from the picture, for as long as this is shown. */
export function useAccent(canvas: RefObject<HTMLCanvasElement | null>, video: RefObject<HTMLVideoElement | null>): void {
  useEffect(() => {
    const small = document.createElement("canvas");
    small.width = small.height = SMALL;
    const drawn = small.getContext("2d", { willReadFrequently: true });
    const style = document.documentElement.style;
    let last = Number.NaN;

    const look = () => {
      const seen = video.current !== null && video.current.videoWidth > 0 ? video.current : canvas.current;
      if (drawn === null || seen === null || (seen instanceof HTMLCanvasElement && seen.width === 0)) return;
      drawn.drawImage(seen, 0, 0, SMALL, SMALL);
      const found = tint(drawn.getImageData(0, 0, SMALL, SMALL).data);
      if (found === null || apart(found.hue, last) < MOVED) return;
      last = found.hue;
      style.setProperty("--accent", accent(found));
    };

    const soon = window.setTimeout(look, 300);
    const timer = window.setInterval(look, LOOKING);
    return () => {
      window.clearTimeout(soon);
      window.clearInterval(timer);
      style.removeProperty("--accent");
    };
  }, [canvas, video]);
}
