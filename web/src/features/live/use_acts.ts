import { type Dispatch, type SetStateAction, useMemo } from "react";
import type { Act } from "./actions";
import { fullScreen } from "./full_screen";
import type { Way } from "./picture";
import type { Talk } from "./talks";
import type { Deeds } from "./use_deeds";

interface Stands {
  deeds: Deeds;
  recording: boolean;
  /** The console is open. */
  reading: boolean;
  onRead: Dispatch<SetStateAction<boolean>>;
  way: Way;
  onWay: (way: Way) => void;
  full: boolean;
  onTalk: (talk: Talk) => void;
}

/** What there is to do on the stage beside steering: the same list until something in it changes. */
export function useActs({ deeds, recording, reading, onRead, way, onWay, full, onTalk }: Stands): readonly Act[] {
  return useMemo(() => {
    const webrtc = way === "webrtc";
    const video: Act = { words: webrtc ? "Picture by WebRTC" : "Picture by WebSocket", icon: "video", pressed: webrtc, onClick: () => onWay(webrtc ? "socket" : "webrtc") };
    return [
      { words: recording ? "Stop recording" : "Record", icon: recording ? "stop" : "record", hint: "R", pressed: recording, onClick: deeds.record },
      { words: "Snapshot", icon: "snapshot", hint: "P", onClick: deeds.snapshot },
      { words: "Keep this performance", icon: "keep", apart: true, onClick: () => onTalk("keep") },
      { words: "Invite to watch", icon: "share", onClick: () => onTalk("invite") },
      { words: "Console", icon: "console", apart: true, hint: "`", pressed: reading, onClick: () => onRead((open) => !open) },
      ...(typeof RTCPeerConnection === "function" ? [video] : []),
      { words: full ? "Leave full screen" : "Full screen", icon: full ? "windowed" : "fullscreen", hint: "F", onClick: fullScreen },
      { words: "Keys", icon: "keys", hint: "?", onClick: () => onTalk("help") },
      { words: "End the performance", icon: "end", apart: true, onClick: () => onTalk("end") },
    ];
  }, [deeds, recording, reading, onRead, way, onWay, full, onTalk]);
}
