/** Pictures sent as JPEG over a socket, the newest only: the way in where WebRTC is blocked. */

import { socketAddress } from "./client";
import { quietly } from "./events";
import { patience } from "./patience";
import type { Sending } from "./whip";

/** Pictures that may be unanswered: more would only grow old on the way. */
const UNDER_WAY = 2;
const QUALITY = 0.8;
/** Milliseconds between two pictures where the browser does not tell of each, and until one is sent again that stands. */
const APART = 33;
const STANDING = 250;
const REFUSED = 1008;

interface Feeding {
  jobId: string;
  stream: MediaStream;
  size: { width: number; height: number };
  tell: (sending: Sending) => void;
}

/** Send a stream's pictures into a job through every loss of the line; returns what ends it. */
export function sendJpegs({ jobId, stream, size, tell }: Feeding): () => void {
  const video = document.createElement("video");
  [video.muted, video.playsInline, video.srcObject] = [true, true, stream];
  void video.play().catch(() => undefined);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [size.width, size.height];
  const drawn = canvas.getContext("2d", { alpha: false });
  let socket: WebSocket | undefined;
  let [left, attempt, unanswered, words] = [false, 0, 0, ""];
  let [retry, following, last] = [0, 0, 0];

  const open = () => {
    unanswered = 0;
    socket = new WebSocket(socketAddress(`/api/jobs/${jobId}/feed.ws`));
    socket.onopen = () => tell({ state: "sending", by: "socket" });
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      [attempt, unanswered] = [0, Math.max(0, unanswered - 1)];
      const told = JSON.parse(data) as { type?: string; message?: string };
      if (told.type === "error") words = told.message ?? "";
    };
    socket.onclose = ({ code, reason }) => {
      if (left || code === 1000) return;
      if (code === REFUSED) return tell({ state: "refused", words: reason || words || "The studio takes no pictures from here." });
      tell({ state: "away" });
      retry = window.setTimeout(open, patience(attempt++));
    };
  };

  const send = () => {
    if (socket?.readyState !== WebSocket.OPEN || unanswered >= UNDER_WAY || video.videoWidth === 0 || drawn === null) return;
    const { sx, sy, sw, sh } = cut(video.videoWidth, video.videoHeight, size);
    drawn.drawImage(video, sx, sy, sw, sh, 0, 0, size.width, size.height);
    unanswered += 1;
    last = performance.now();
    // At once: `toBlob` waits until the page has nothing else to do, for up to a second.
    socket.send(bytes(canvas.toDataURL("image/jpeg", QUALITY)));
  };

  /** A picture goes as it comes: it would be older by the next beat of a clock. */
  const follow = () => {
    following = video.requestVideoFrameCallback(() => {
      send();
      follow();
    });
  };
  const tells = typeof video.requestVideoFrameCallback === "function";
  if (tells) follow();
  // A page that nobody sees is not told of pictures, and what stands still has none.
  const timer = window.setInterval(() => performance.now() - last >= (tells ? STANDING : 0) && send(), APART);

  open();
  return () => {
    left = true;
    window.clearInterval(timer);
    if (tells) video.cancelVideoFrameCallback(following);
    window.clearTimeout(retry);
    video.srcObject = null;
    quietly(socket);
  };
}

function bytes(address: string): Uint8Array<ArrayBuffer> {
  const said = atob(address.slice(address.indexOf(",") + 1));
  const found = new Uint8Array(said.length);
  for (let at = 0; at < said.length; at++) found[at] = said.charCodeAt(at);
  return found;
}

/** The middle of a picture that has the shape of another. */
export function cut(width: number, height: number, shape: { width: number; height: number }) {
  const scale = Math.min(width / shape.width, height / shape.height);
  const [sw, sh] = [shape.width * scale, shape.height * scale];
  return { sx: (width - sw) / 2, sy: (height - sh) / 2, sw, sh };
}
