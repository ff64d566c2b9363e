import { useEffect, useRef } from "react";
import { fileAddress, type Job } from "../../api/jobs";
import { sheetOf, tileAt } from "../../film/sheet";
import { framesIn } from "../../film/timeline";

/** Milliseconds that each picture of a sheet is shown. */
const EACH = 160;

/** A film in a few pictures, one after another, out of its sprite sheet. */
export function Flick({ job, name }: { job: Job; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let [timer, number] = [0, 0];
    const sheet = sheetOf(framesIn(job.spec));
    const image = new Image();
    image.onload = () => {
      const [shown, ground] = [canvas.current, canvas.current?.getContext("2d")];
      if (!shown || !ground) return;
      const first = tileAt(sheet, 0, image.naturalWidth, image.naturalHeight);
      [shown.width, shown.height] = [Math.round(first.width), Math.round(first.height)];
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const show = () => {
        const tile = tileAt(sheet, (number++ % sheet.count) / sheet.count + 1e-6, image.naturalWidth, image.naturalHeight);
        ground.drawImage(image, tile.x, tile.y, tile.width, tile.height, 0, 0, shown.width, shown.height);
        if (!still) timer = window.setTimeout(show, EACH);
      };
      show();
    };
    image.src = fileAddress(job, name);
    return () => {
      image.onload = null;
      window.clearTimeout(timer);
    };
  }, [job, name]);
  return <canvas ref={canvas} className="card-flick" aria-hidden="true" />;
}
