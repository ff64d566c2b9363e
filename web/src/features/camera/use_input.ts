import { useCallback, useEffect, useRef, useState } from "react";
import { type Input, camera, cameras, film, hindered, screen } from "./inputs";
import { type Kind, refusal } from "./refusal";

const GONE: Record<Kind, string> = {
  camera: "The camera went away. The last picture stays; as soon as it is plugged in again, it goes on by itself.",
  screen: "Sharing has ended. The last picture stays; choose Screen to share again.",
  file: "The film has ended. Choose it again.",
};

export interface Inputs {
  input: Input | null;
  /** Why there is none, or not the one that was asked for. */
  problem: string | null;
  /** What is being asked for just now: the browser may be asking back. */
  asked: Kind | null;
  cameras: readonly { id: string; title: string }[];
  choose: (kind: "camera" | "screen", deviceId?: string) => void;
  play: (file: File) => void;
}

/** What comes in from this window, kept until something else does; everything is let go of when the page is left. */
export function useInput(): Inputs {
  const [input, setInput] = useState<Input | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [asked, ask] = useState<Kind | null>(null);
  const [known, setKnown] = useState<Inputs["cameras"]>([]);
  const held = useRef<Input | null>(null);
  const turn = useRef(0);

  const take = useCallback(async (kind: Kind, open: () => Promise<Input>, quiet = false) => {
    const mine = ++turn.current;
    const hindrance = hindered(kind);
    if (hindrance !== null) return setProblem(hindrance);
    ask(quiet ? null : kind);
    try {
      const next = await open();
      if (mine !== turn.current) return next.stop();
      held.current?.stop();
      held.current = next;
      setInput(next);
      setProblem(null);
      setKnown(await cameras());
    } catch (error) {
      if (mine === turn.current && !quiet) setProblem(refusal(kind, error));
    } finally {
      if (mine === turn.current) ask(null);
    }
  }, []);
  const choose = useCallback(
    (kind: "camera" | "screen", deviceId?: string) => void take(kind, () => (kind === "camera" ? camera(deviceId) : screen())),
    [take],
  );
  const play = useCallback((file: File) => void take("file", () => film(file)), [take]);

  useEffect(() => {
    const [track] = input?.stream.getVideoTracks() ?? [];
    if (input === null || track === undefined) return;
    const again = () => void take("camera", () => camera(input.deviceId), true);
    const gone = () => {
      held.current = null;
      setInput(null);
      setProblem(GONE[input.kind]);
      if (input.kind === "camera") navigator.mediaDevices.addEventListener("devicechange", again, { once: true });
    };
    track.addEventListener("ended", gone);
    return () => track.removeEventListener("ended", gone);
  }, [input, take]);
  useEffect(
    () => () => {
      turn.current += 1;
      held.current?.stop();
      held.current = null;
    },
    [],
  );
  return { input, problem, asked, cameras: known, choose, play };
}
