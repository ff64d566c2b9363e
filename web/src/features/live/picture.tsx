import { memo, useEffect, useRef } from "react";
import type { Line, Preview } from "../../api/preview";
import { watchPreview } from "../../api/preview";
import { watchWhep } from "../../api/whep";
import type { Shown } from "./telling";
import { useAccent } from "./use_accent";

/** By which way the picture comes. */
export type Way = "socket" | "webrtc";

interface PictureProps {
  jobId: string;
  way: Way;
  label: string;
  onShown: (shown: Shown) => void;
  onLine: (line: Line) => void;
  /** WebRTC could not be had. */
  onRefused: (words: string) => void;
  /** The line that wishes go by, null when it is taken away. */
  onPreview: (preview: Preview | null) => void;
}

/** Milliseconds between two tellings: the strip and the edge of the picture need no more. */
const TELLING = 250;

/** The picture: it fills the window, and stays when the line is lost. */
export const Picture = memo(function Picture({ jobId, way, label, onShown, onLine, onRefused, onPreview }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  useAccent(canvas, video);

  useEffect(() => {
    const drawn = canvas.current?.getContext("2d", { alpha: false });
    // Asked for at every frame, it would have the page laid out at every frame.
    let wide = 0;
    const measure = new ResizeObserver(([seen]) => {
      wide = (seen?.contentRect.width ?? 0) * devicePixelRatio;
    });
    if (canvas.current) measure.observe(canvas.current);
    let told = 0;
    const watching = watchPreview(jobId, {
      ...(way === "webrtc" && { apart: TELLING / 1000 }),
      onLine,
      onFrame: (picture, header) => {
        if (drawn && document.visibilityState === "visible") draw(drawn, picture, wide);
        const now = performance.now();
        if (now - told < TELLING) return;
        told = now;
        onShown({ frame: header.frame, time: header.time, placeholder: header.placeholder });
      },
    });
    onPreview(watching);
    return () => {
      onPreview(null);
      measure.disconnect();
      watching.close();
    };
  }, [jobId, way, onLine, onShown, onPreview]);

  useEffect(() => {
    if (way !== "webrtc" || video.current === null) return;
    return watchWhep(`/api/jobs/${jobId}/whep`, video.current, onRefused);
  }, [jobId, way, onRefused]);

  return (
    <>
      <canvas ref={canvas} width={0} height={0} role="img" aria-label={label} className="live-picture" />
      {way === "webrtc" && <video ref={video} className="live-picture" muted autoPlay playsInline aria-hidden="true" />}
    </>
  );
});

/** Twice as large where the window is much larger: a browser enlarges more smoothly here than by its styles. */
function draw(on: CanvasRenderingContext2D, picture: ImageBitmap, wide: number): void {
  const { canvas } = on;
  const scale = wide >= 2 * picture.width ? 2 : 1;
  const [width, height] = [picture.width * scale, picture.height * scale];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    on.imageSmoothingQuality = "high";
  }
  on.drawImage(picture, 0, 0, width, height);
}
