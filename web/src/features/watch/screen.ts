import { type RefObject, useEffect } from "react";
import { ApiError, get } from "../../api/client";
import { watchPreview } from "../../api/preview";
import { type Performance, type Show, type Studio, follow } from "./follow";
import { keep } from "./keepsake";
import { leftOver } from "./shape";

/** A line that says nothing for so long has been cut without a word, as wireless ones are. */
const SILENCE = 12_000;
const KEEP_EVERY = 10_000;
/** Pixels across the copy that fills what the picture leaves over: it is blurred anyway. */
const AROUND = 64;

const STUDIO: Studio = {
  job: (id) =>
    get<Performance>(`/api/jobs/${encodeURIComponent(id)}`).catch((error: unknown) => {
      if (error instanceof ApiError && error.status > 0 && error.status < 500) return null;
      throw error;
    }),
  newest: async () => (await get<{ items: Performance[] }>("/api/jobs?live=true&state=running&limit=1")).items[0] ?? null,
};

interface Canvases {
  stage: RefObject<HTMLElement | null>;
  picture: RefObject<HTMLCanvasElement | null>;
  around: RefObject<HTMLCanvasElement | null>;
}

/** Draw what is performed, for ever; a picture stays until there is a newer one. */
export function useScreen(wanted: string, { stage, picture, around }: Canvases): void {
  useEffect(() => {
    const draw = (bitmap: ImageBitmap) => {
      onto(picture.current, bitmap, bitmap.width, bitmap.height);
      onto(around.current, bitmap, AROUND, Math.round((AROUND * bitmap.height) / bitmap.width));
      shape();
    };
    const shape = () => {
      const [shown, seen] = [stage.current, picture.current];
      if (!shown || !seen || seen.height === 0) return;
      shown.dataset["left"] = leftOver(seen, { width: window.innerWidth, height: window.innerHeight });
      shown.style.setProperty("--ratio", String(seen.width / seen.height));
    };
    const keeping = () => picture.current && keep(picture.current);

    const leave = follow(wanted, STUDIO, showing(draw));
    const timer = window.setInterval(keeping, KEEP_EVERY);
    window.addEventListener("resize", shape);
    window.addEventListener("pagehide", keeping);
    return () => {
      leave();
      window.clearInterval(timer);
      window.removeEventListener("resize", shape);
      window.removeEventListener("pagehide", keeping);
    };
  }, [wanted, stage, picture, around]);
}

/** Show a session by its preview; one that has fallen silent counts as over, so that it is asked for anew. */
function showing(draw: (bitmap: ImageBitmap) => void): Show {
  return (jobId, seen, over) => {
    let heard = performance.now();
    const preview = watchPreview(jobId, {
      onFrame: (bitmap) => {
        heard = performance.now();
        seen();
        draw(bitmap);
      },
      onLine: (line) => {
        if (line === "ended" || line === "refused") over();
      },
    });
    const timer = window.setInterval(() => {
      if (performance.now() - heard > SILENCE) over();
    }, SILENCE / 4);
    return () => {
      window.clearInterval(timer);
      preview.close();
    };
  };
}

function onto(canvas: HTMLCanvasElement | null, bitmap: ImageBitmap, width: number, height: number): void {
  if (canvas === null) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
}
