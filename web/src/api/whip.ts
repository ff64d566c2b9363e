/** Pictures sent into a live session: by WebRTC as the WHIP standard has it, by a socket where that can't be. */

import { sendJpegs } from "./feed";
import { patience } from "./patience";

/** `away` = not sent just now, tried again by itself; `refused` = the studio said no, in words. */
export type Sending = { state: "joining" | "sending" } | { state: "away"; words?: string } | { state: "refused"; words: string };

/** Milliseconds for a connection to stand, and times it may fail to before pictures go by the socket. */
const CONNECTING = 8000;
const TRIES = 3;
/** Bits a second at most: more is lost on the way before it is seen. */
const BITS = 2_500_000;
/** Answers after which the same is not asked again: the job is gone, takes no pictures, or this person may not. */
const FINAL: ReadonlySet<number> = new Set([401, 403, 404, 415, 422]);

interface Publishing {
  jobId: string;
  stream: MediaStream;
  /** Pixels that the session paints. */
  size: { width: number; height: number };
  tell: (sending: Sending) => void;
}

/** Ends it; `there` where the session is still there to be told. */
export type End = (there: boolean) => void;

/** Send a stream into a job for as long as it takes pictures, through every loss of the line. */
export function publish({ jobId, stream, size, tell }: Publishing): End {
  let [left, attempt, failed] = [false, 0, 0];
  let connection: RTCPeerConnection | undefined;
  let timer: number | undefined;
  let session: string | null = null;
  let endSocket: (() => void) | undefined;

  const drop = (there = true) => {
    window.clearTimeout(timer);
    // A line that is broken is known to be at the other end as well.
    const stands = there && connection?.connectionState === "connected";
    connection?.close();
    connection = undefined;
    if (session !== null && stands) void fetch(session, { method: "DELETE", keepalive: true }).catch(() => undefined);
    session = null;
  };
  const bySocket = () => {
    endSocket = sendJpegs({ jobId, stream, size, tell });
  };
  const again = (counts: boolean, words?: string) => {
    drop();
    if (left) return;
    failed += counts ? 1 : 0;
    if (failed >= TRIES) return bySocket();
    tell({ state: "away", ...(words !== undefined && { words }) });
    timer = window.setTimeout(() => void begin(), patience(attempt++));
  };

  const begin = async () => {
    const made = new RTCPeerConnection({ iceServers: [] });
    connection = made;
    made.onconnectionstatechange = () => {
      if (made !== connection) return;
      if (made.connectionState === "connected") {
        [attempt, failed] = [0, 0];
        window.clearTimeout(timer);
        tell({ state: "sending" });
      } else if (made.connectionState === "failed" || made.connectionState === "disconnected") again(false);
    };
    try {
      const said = await offered(made, jobId, stream);
      if (made !== connection) return;
      if ("words" in said) {
        if (!FINAL.has(said.status)) return again(false, said.words);
        drop();
        return tell({ state: "refused", words: said.words });
      }
      session = said.session;
      await made.setRemoteDescription({ type: "answer", sdp: said.sdp });
      await tuned(made);
      timer = window.setTimeout(() => again(true), CONNECTING);
    } catch {
      if (made === connection) again(false);
    }
  };

  tell({ state: "joining" });
  if (typeof RTCPeerConnection === "function") void begin();
  else bySocket();
  return (there) => {
    left = true;
    drop(there);
    endSocket?.();
  };
}

type Answer = { session: string | null; sdp: string } | { status: number; words: string };

async function offered(connection: RTCPeerConnection, jobId: string, stream: MediaStream): Promise<Answer> {
  for (const track of stream.getVideoTracks()) connection.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  const offer = await connection.createOffer();
  await connection.setLocalDescription(offer);
  const answer = await fetch(`/api/jobs/${jobId}/whip`, {
    method: "POST",
    headers: { "content-type": "application/sdp", accept: "application/sdp, application/json" },
    body: offer.sdp ?? "",
  });
  if (answer.ok) return { session: answer.headers.get("location"), sdp: await answer.text() };
  const told = (await answer.json().catch(() => null)) as { message?: string } | null;
  return { status: answer.status, words: told?.message ?? `The studio answered ${answer.status}.` };
}

async function tuned(connection: RTCPeerConnection): Promise<void> {
  for (const sender of connection.getSenders()) {
    const told = sender.getParameters();
    if (told.encodings === undefined || told.encodings.length === 0) continue;
    told.encodings = told.encodings.map((one) => ({ ...one, maxBitrate: BITS }));
    told.degradationPreference = "maintain-framerate";
    await sender.setParameters(told).catch(() => undefined);
  }
}
