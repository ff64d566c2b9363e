/** The living picture by WebRTC, asked for as the WHEP standard has it. */

import { AWAY } from "./client";
import { patience } from "./patience";

/** Milliseconds for addresses to be gathered, and for a connection to stand. */
const GATHERING = 1500;
const CONNECTING = 8000;

/** Show a live session in a video element; `refused` is told in words where that can't be. Returns what ends it. */
export function watchWhep(address: string, video: HTMLVideoElement, refused: (words: string) => void): () => void {
  let [left, attempt] = [false, 0];
  let connection: RTCPeerConnection | undefined;
  let timer: number | undefined;
  let session: string | null = null;

  const end = () => {
    window.clearTimeout(timer);
    connection?.close();
    if (session !== null) void fetch(session, { method: "DELETE", keepalive: true }).catch(() => undefined);
    session = null;
  };

  const again = () => {
    end();
    if (left) return;
    if (attempt >= 3) return refused("WebRTC does not connect from here: the picture comes by WebSocket.");
    timer = window.setTimeout(() => void begin(), patience(attempt++));
  };

  const begin = async () => {
    const made = new RTCPeerConnection();
    connection = made;
    made.addTransceiver("video", { direction: "recvonly" });
    made.ontrack = ({ track, receiver, streams: [stream] }) => {
      // Nothing is kept back so that it may run more smoothly: it is played with, and late is late.
      receiver.jitterBufferTarget = 0;
      video.srcObject = stream ?? new MediaStream([track]);
      void video.play().catch(() => undefined);
    };
    made.onconnectionstatechange = () => {
      if (made !== connection || left) return;
      if (made.connectionState === "connected") {
        attempt = 0;
        window.clearTimeout(timer);
      } else if (made.connectionState === "failed" || made.connectionState === "disconnected") again();
    };
    timer = window.setTimeout(again, CONNECTING);
    try {
      await made.setLocalDescription(await made.createOffer());
      await gathered(made);
      const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/sdp" }, body: made.localDescription?.sdp ?? "" });
      if (!answer.ok) throw new Error(AWAY);
      session = answer.headers.get("location");
      await made.setRemoteDescription({ type: "answer", sdp: await answer.text() });
    } catch {
      if (made === connection) again();
    }
  };

  void begin();
  return () => {
    left = true;
    end();
    video.srcObject = null;
  };
}

async function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === "complete") return;
  await new Promise<void>((done) => {
    connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && done();
    window.setTimeout(done, GATHERING);
  });
}
