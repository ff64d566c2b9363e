/** Pictures out of a film, at some moments of it: larger than those of its sheet. */

import type { Still } from "./stills";

export interface Sight {
  id: string;
  /** Where the film is. */
  source: string;
  second: number;
  /** What the picture stands in for. */
  of: string;
}

/** Pixels of a picture's longer side at most. */
const LONGEST = 960;

/** Take the pictures one after another, as they are found; returns what stops it. */
export function taken(sights: readonly Sight[], onStill: (sight: Sight, still: Still) => void): () => void {
  const [first] = sights;
  if (first === undefined) return () => undefined;
  const video = document.createElement("video");
  let at = 0;
  const end = () => {
    video.onloadeddata = video.onseeked = video.onerror = null;
    video.removeAttribute("src");
    video.load();
  };
  const next = () => {
    const sight = sights[at];
    if (sight === undefined) end();
    else video.currentTime = Math.min(sight.second, video.duration || sight.second);
  };
  video.onloadeddata = next;
  video.onseeked = () => {
    const sight = sights[at++];
    const still = sight === undefined ? null : pictureOf(video, sight.of);
    if (sight !== undefined && still !== null) onStill(sight, still);
    next();
  };
  video.onerror = end;
  [video.muted, video.preload, video.src] = [true, "auto", first.source];
  return end;
}

function pictureOf(video: HTMLVideoElement, of: string): Still | null {
  const [wide, tall] = [video.videoWidth, video.videoHeight];
  const share = Math.min(1, LONGEST / Math.max(wide, tall, 1));
  const canvas = document.createElement("canvas");
  const [width, height] = [Math.round(wide * share), Math.round(tall * share)];
  [canvas.width, canvas.height] = [width, height];
  const ground = canvas.getContext("2d");
  if (ground === null || width === 0) return null;
  ground.drawImage(video, 0, 0, width, height);
  return { image: canvas, x: 0, y: 0, width, height, of };
}
