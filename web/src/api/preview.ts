/** The living picture over a socket: decoded frames of a job, newest only, and wishes back on the same line. */

import { ApiError, AWAY, socketAddress } from "./client";
import { quietly } from "./events";
import { type Header, header } from "./frame";
import { patience } from "./patience";
import type { Receipt, Wish } from "./types";

export type { Header } from "./frame";

/** `lost` = the studio is away and looked for; `ended` = the session is over; `refused` = it can't be watched. */
export type Line = "opening" | "open" | "lost" | "ended" | "refused";

export interface Watcher {
  /** A decoded frame, to be drawn at once: it is closed when this returns. */
  onFrame: (picture: ImageBitmap, header: Header) => void;
  onLine?: (line: Line, words?: string) => void;
  /** Seconds between two frames at least, where another way shows them all. */
  apart?: number;
}

export interface Preview {
  /** Send a wish and have its receipt: the first frame that holds it. Rejects in words. */
  send: (wish: Wish) => Promise<Receipt>;
  close: () => void;
}

/** Milliseconds of silence after which a line counts as cut: wireless ones and sleeping machines say nothing. */
const SILENCE = 12_000;

interface Waiting {
  keep: (receipt: Receipt) => void;
  fail: (error: Error) => void;
}

/** Watch a job's preview for as long as it lives, through every loss of the line; `close` ends it. */
export function watchPreview(jobId: string, watcher: Watcher): Preview {
  const waiting = new Map<number, Waiting>();
  const decoder = newestOnly(watcher.onFrame);
  let socket: WebSocket | undefined;
  let timer: number | undefined;
  let [attempt, left, next, words, last] = [0, false, 0, "", 0];

  const heard = ({ data }: MessageEvent<ArrayBuffer | string>) => {
    attempt = 0;
    last = performance.now();
    if (typeof data !== "string") return decoder.take(data);
    const told = JSON.parse(data) as Receipt & { type?: string; id?: number | null; message?: string; field?: string };
    const asked = typeof told.id === "number" ? waiting.get(told.id) : undefined;
    if (told.type === "error") words = told.message ?? "";
    if (asked === undefined) return;
    waiting.delete(told.id as number);
    if (told.type === "receipt") asked.keep(told);
    else asked.fail(new ApiError(told.message ?? "The studio said no.", 422, told.field ?? null));
  };

  const open = () => {
    watcher.onLine?.("opening");
    socket = new WebSocket(socketAddress(`/api/jobs/${jobId}/preview.ws${watcher.apart === undefined ? "" : `?apart=${watcher.apart}`}`));
    socket.binaryType = "arraybuffer";
    last = performance.now();
    socket.onopen = () => watcher.onLine?.("open");
    socket.onmessage = heard;
    socket.onclose = ({ code }) => closed(code);
  };

  const closed = (code: number) => {
    for (const asked of waiting.values()) asked.fail(new ApiError(AWAY, 0));
    waiting.clear();
    if (left) return;
    if (code === 1000) return watcher.onLine?.("ended");
    if (code === 1008) return watcher.onLine?.("refused", words);
    watcher.onLine?.("lost");
    timer = window.setTimeout(open, patience(attempt++));
  };

  const pulse = window.setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN || performance.now() - last < SILENCE) return;
    // Its own word that it is closed may take minutes to come.
    socket.onclose = null;
    socket.close();
    closed(1006);
  }, SILENCE / 4);

  open();
  return {
    send: (wish) =>
      new Promise((keep, fail) => {
        if (socket?.readyState !== WebSocket.OPEN) return fail(new ApiError(AWAY, 0));
        const id = next++;
        waiting.set(id, { keep, fail });
        socket.send(JSON.stringify({ ...wish, id }));
      }),
    close: () => {
      left = true;
      window.clearTimeout(timer);
      window.clearInterval(pulse);
      decoder.stop();
      quietly(socket);
    },
  };
}

/** Decode one frame at a time; of those that come meanwhile only the newest is kept. */
function newestOnly(show: Watcher["onFrame"]): { take: (message: ArrayBuffer) => void; stop: () => void } {
  let [busy, stopped] = [false, false];
  let pending: ArrayBuffer | undefined;

  const decode = async (message: ArrayBuffer) => {
    const told = header(message);
    if (told === null) return;
    const picture = await createImageBitmap(new Blob([new Uint8Array(message, told.bytes)], { type: "image/jpeg" })).catch(() => null);
    if (picture === null) return;
    if (!stopped) show(picture, told);
    picture.close();
  };

  const work = async () => {
    busy = true;
    while (pending !== undefined && !stopped) {
      const message = pending;
      pending = undefined;
      await decode(message);
    }
    busy = false;
  };

  return {
    take: (message) => {
      pending = message;
      if (!busy) void work();
    },
    stop: () => {
      stopped = true;
      pending = undefined;
    },
  };
}
