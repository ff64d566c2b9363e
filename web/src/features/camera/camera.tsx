import { useCallback, useEffect, useRef, useState } from "react";
import { patience } from "../../api/patience";
import type { Job } from "../../api/types";
import { type Sending, publish } from "../../api/whip";
import { complain } from "../../components/toast";
import { lastPicture } from "../live/ended";
import type { Session } from "../live/session";
import { type Lens, Stage } from "../live/stage";
import { useDrop } from "../making/use_drop";
import { begin, beginInstead, running } from "./begin";
import { Compare, type View } from "./compare";
import { Panel } from "./panel";
import { Setup } from "./setup";
import { Sources } from "./sources";
import { useInput } from "./use_input";
import { type Restyle, remembers, shownSize, wishesOf } from "./wishes";
import "../live/live.css";
import "./camera.css";

/** What is repainted now; `before` is the last picture of the session that it goes on from. */
interface On {
  job: Job;
  before: string | null;
}

/** A camera, a screen or a film, repainted while it is seen. */
export function CameraPage() {
  const inputs = useInput();
  const { input } = inputs;
  const [on, setOn] = useState<On | null | "looking">("looking");
  const [view, setView] = useState<View>("split");
  const [sending, setSending] = useState<Sending | null>(null);
  const [over, setOver] = useState(false);
  const [passing, setPassing] = useState(false);
  /** The session has gone, and with it the line to it. */
  const gone = useRef(false);
  const drop = useDrop(inputs.play);
  const job = on === "looking" ? null : (on?.job ?? null);

  useEffect(() => {
    document.title = "Camera · Reverie";
  }, []);
  useRunning(on === "looking", setOn);
  useEffect(() => {
    if (input === null || job === null || over) return;
    const end = publish({ jobId: job.id, stream: input.stream, size: shownSize(job), tell: setSending });
    return () => {
      end(!gone.current);
      setSending(null);
    };
  }, [input, job, over]);

  const goOn = useCallback((next: Job, before: string | null) => {
    gone.current = false;
    setOver(false);
    setOn({ job: next, before });
  }, []);
  const instead = useCallback(
    (wishes: Restyle, how: typeof begin, before: string | null) => {
      setPassing(true);
      void how(wishes)
        .then((next) => goOn(next, before), complain)
        .finally(() => setPassing(false));
    },
    [goOn],
  );

  const shown = job === null ? { width: 1, height: 1 } : shownSize(job);
  const ended = (session: Session, lost: boolean, picture: string | null) => {
    gone.current = true;
    setOver(true);
    // The studio was started again under it: what was asked for goes on, as long as there is something to repaint.
    if (lost && job !== null && input !== null) instead(wishesOf(job, session), begin, picture);
  };

  const lens: Lens | null = job && {
    over: <Compare stream={input?.stream ?? null} view={view} ratio={shown.width / shown.height} />,
    panel: (session: Session) => (
      <Panel
        inputs={inputs}
        sending={sending}
        phase={session.phase}
        view={view}
        onView={setView}
        memory={remembers(job)}
        onMemory={(memory) => instead(wishesOf(job, session, memory), beginInstead, lastPicture())}
      />
    ),
    waiting: (
      <div className="live-coming">
        <div className="glass camera-waiting">
          <p className="text-28 font-light">{job.spec.scenes[0]?.keyframes[0]?.prompt}</p>
          <p className="text-14 text-ink-2" role="status">
            {inputs.problem ?? (input === null ? "It waits for pictures: choose where they come from." : "The first picture is on its way.")}
          </p>
          {input === null && <Sources inputs={inputs} small />}
        </div>
      </div>
    ),
    passing,
  };

  return (
    <div className="contents" {...drop.handlers}>
      {on === null && <Setup inputs={inputs} onBegun={(begun) => goOn(begun, null)} />}
      {on !== null && on !== "looking" && lens !== null && (
        <Stage
          key={on.job.id}
          job={on.job}
          before={on.before}
          onGo={() => {
            gone.current = false;
            setOver(false);
            setOn("looking");
          }}
          onLeave={() => setOn(null)}
          onOver={ended}
          lens={lens}
        />
      )}
      {on === "looking" && <main className="live-empty" aria-busy="true" />}
      {drop.over && <p className="camera-drop">Drop the film: it is repainted as it plays.</p>}
    </div>
  );
}

/** Look for a session that takes pictures, for as long as it takes the studio to answer. */
function useRunning(looking: boolean, found: (on: On | null) => void): void {
  useEffect(() => {
    if (!looking) return;
    const left = new AbortController();
    let timer = 0;
    let attempt = 0;
    const look = () =>
      running(left.signal).then(
        (job) => left.signal.aborted || found(job && { job, before: null }),
        () => {
          if (!left.signal.aborted) timer = window.setTimeout(() => void look(), patience(attempt++));
        },
      );
    void look();
    return () => {
      left.abort();
      window.clearTimeout(timer);
    };
  }, [looking, found]);
}
