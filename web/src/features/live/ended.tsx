import { useState } from "react";
import { post } from "../../api/client";
import type { Job } from "../../api/types";
import { Button } from "../../components/button";
import { complain } from "../../components/toast";
import { go } from "../../route";
import { wishesOf } from "../camera/wishes";
import { type Session, takesPictures } from "./session";

interface EndedProps {
  job: Job;
  session: Session;
  onGo: (jobId: string, picture: string | null) => void;
  onAgain: () => void;
  onLeave: () => void;
}

/** The performance is over: what happened, what is safe, what to do. */
export function Ended({ job, session, onGo, onAgain, onLeave }: EndedProps) {
  const [busy, setBusy] = useState(false);
  const goOn = async () => {
    setBusy(true);
    try {
      const spec = await post("/api/specs", goingOn(job, session));
      onGo((await post<{ id: string }>("/api/jobs", spec)).id, lastPicture());
    } catch (error) {
      complain(error);
      setBusy(false);
    }
  };
  return (
    <section aria-label="The performance has ended" className="live-ended glass arriving">
      <h2 className="text-20 font-medium">{session.error === null ? "The performance has ended." : "The performance was interrupted."}</h2>
      <p className="text-ink-2">{session.error ?? "It is kept in History, every gesture with its frame."}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        <Button look="main" disabled={busy} onClick={() => void goOn()}>
          Go on from here
        </Button>
        <Button onClick={onAgain}>Render again</Button>
        <Button look="quiet" onClick={onLeave}>
          {takesPictures(job) ? "Begin anew" : "Another dream"}
        </Button>
        <Button look="quiet" onClick={() => go("/history")}>
          History
        </Button>
      </div>
    </section>
  );
}

/** What the window shows, so that it is never dark between two performances. */
export function lastPicture(): string | null {
  const canvas = document.querySelector<HTMLCanvasElement>("canvas.live-picture");
  return canvas === null || canvas.width === 0 ? null : canvas.toDataURL("image/jpeg", 0.85);
}

/** A new performance that begins as the last one stood. */
function goingOn(job: Job, session: Session): Record<string, unknown> {
  if (takesPictures(job)) return { kind: "restyle", ...wishesOf(job, session) };
  const { prompt, settings } = session;
  const first = job.spec.scenes[0]?.keyframes[0];
  return {
    prompt,
    live: true,
    size: [job.spec.width, job.spec.height],
    zoom: 2 ** (settings.zoom / 10),
    pan: [settings.across, settings.down],
    rotate: settings.turn,
    ...(typeof first?.strength === "number" && { strength: settings.change }),
    ...(typeof first?.guidance_scale === "number" && { guidance_scale: settings.guidance }),
  };
}
