/** Where pictures come from: a camera, a screen or window, or a film that is played. */

import { type Kind, NO_SCREEN, insecure, unplayable } from "./refusal";

export interface Input {
  kind: Kind;
  title: string;
  stream: MediaStream;
  /** Pixels of its pictures. */
  width: number;
  height: number;
  /** The camera's own name for itself, to be asked for again. */
  deviceId?: string;
  stop: () => void;
}

/** A camera's pictures are asked for about this large: more would be thrown away. */
const ASKED = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 30 } };

type Playing = HTMLVideoElement & { captureStream?: () => MediaStream; mozCaptureStream?: () => MediaStream };

/** What this page can't have here, in words; null where it can. */
export function hindered(kind: Kind): string | null {
  if (kind === "file") return null;
  if (!isSecureContext || navigator.mediaDevices === undefined) return insecure(location.host);
  return kind === "screen" && typeof navigator.mediaDevices.getDisplayMedia !== "function" ? NO_SCREEN : null;
}

/** Open a camera, the one of an id where one is given. */
export async function camera(deviceId?: string): Promise<Input> {
  const wanted = deviceId === undefined ? ASKED : { ...ASKED, deviceId: { exact: deviceId } };
  return given("camera", await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false }));
}

/** Have the person choose a screen, a window or a tab. */
export async function screen(): Promise<Input> {
  return given("screen", await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: false }));
}

/** Play a film, over and over, and take its pictures. */
export async function film(file: File): Promise<Input> {
  const video: Playing = document.createElement("video");
  const address = URL.createObjectURL(file);
  const stop = () => {
    video.pause();
    video.removeAttribute("src");
    URL.revokeObjectURL(address);
  };
  [video.muted, video.loop, video.playsInline, video.src] = [true, true, true, address];
  try {
    await video.play();
  } catch {
    stop();
    throw new Error(unplayable(file.name));
  }
  const stream = video.captureStream?.() ?? video.mozCaptureStream?.() ?? drawn(video);
  for (const track of stream.getAudioTracks()) stream.removeTrack(track);
  for (const track of stream.getVideoTracks()) track.contentHint = "motion";
  return { kind: "file", title: file.name, stream, width: video.videoWidth, height: video.videoHeight, stop: () => (ended(stream), stop()) };
}

/** The cameras there are; their names are told once one of them may be seen. */
export async function cameras(): Promise<{ id: string; title: string }[]> {
  const found = await (navigator.mediaDevices?.enumerateDevices() ?? Promise.resolve([])).catch(() => []);
  return found
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map(({ deviceId, label }, index) => ({ id: deviceId, title: named(label) || `Camera ${index + 1}` }));
}

/** A device's name without its numbers and without the folder of what stands in for one. */
function named(label: string): string {
  return label.replace(/ \([0-9a-f]{4}:[0-9a-f]{4}\)$/, "").replace(/^.*\//, "");
}

async function given(kind: "camera" | "screen", stream: MediaStream): Promise<Input> {
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw new DOMException("", "NotFoundError");
  track.contentHint = "motion";
  const { width = 640, height = 360, deviceId } = track.getSettings();
  return {
    kind,
    title: named(track.label) || (kind === "camera" ? "Camera" : "Screen"),
    stream,
    width,
    height,
    ...(deviceId !== undefined && { deviceId }),
    stop: () => ended(stream),
  };
}

function ended(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** A film's pictures where the browser has no stream of them: drawn one by one. */
function drawn(video: HTMLVideoElement): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const on = canvas.getContext("2d", { alpha: false });
  const timer = window.setInterval(() => {
    if (video.paused) window.clearInterval(timer);
    else on?.drawImage(video, 0, 0);
  }, 33);
  return canvas.captureStream(30);
}
