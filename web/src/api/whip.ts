/** Pictures sent into a live session: by WebRTC as the WHIP standard has it, by a socket where that can't be. */

import { sendJpegs } from "./feed";
import { patience } from "./patience";

/** `away` = not sent just now, tried again by itself; `refused` = the studio said no, in words; `by` where it is no WebRTC. */
export type Sending = { state: "joining" | "sending"; by?: "socket" } | { state: "away"; words?: string } | { state: "refused"; words: string };

/** Milliseconds for a connection to stand. */
const CONNECTING = 5000;
/** Times that one may fail to before pictures go by the socket: at first, and where one has stood before. */
const TRIES = { first: 1, later: 3 };
/** The studio takes no codec that this browser has. */
const NO_CODEC = 406;
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
  let [left, stood, attempt, failed] = [false, false, 0, 0];
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
    if (failed >= (stood ? TRIES.later : TRIES.first)) return bySocket();
    tell({ state: "away", ...(words !== undefined && { words }) });
    timer = window.setTimeout(() => void begin(), patience(attempt++));
  };

  const begin = async () => {
    const made = new RTCPeerConnection({ iceServers: [] });
    connection = made;
    made.onconnectionstatechange = () => {
      if (made !== connection) return;
      if (made.connectionState === "connected") {
        [stood, attempt, failed] = [true, 0, 0];
        window.clearTimeout(timer);
        tell({ state: "sending" });
      } else if (made.connectionState === "failed" || made.connectionState === "disconnected") again(!stood);
    };
    try {
      const said = await offered(made, jobId, stream);
      if (made !== connection) return;
      if ("words" in said) {
        if (!FINAL.has(said.status)) return again(said.status === NO_CODEC, said.words);
        drop();
        return tell({ state: "refused", words: said.words });
      }
      session = said.session;
      await made.setRemoteDescription({ type: "answer", sdp: said.sdp });
      await tuned(made);
      timer = window.setTimeout(() => again(true), CONNECTING);
    } catch (error) {
      // A studio that is away is a TypeError of `fetch`; all else is the browser's own.
      if (made === connection) again(!(error instanceof TypeError));
    }
  };

  tell({ state: "joining" });
  if (able()) void begin();
  else bySocket();
  return (there) => {
    left = true;
    drop(there);
    endSocket?.();
  };
}

/** Browsers lack WebRTC, or are told by whoever looks after them to refuse it. */
function able(): boolean {
  try {
    new RTCPeerConnection({ iceServers: [] }).close();
    return true;
  } catch {
    return false;
  }
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
