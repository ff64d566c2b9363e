/** What the page knows of a live session, from its job and from what happens to it. */

import type { StudioEvent } from "../../api/events";
import type { Job, Wish } from "../../api/types";
import { type Deed, added, deed } from "./deeds";
import { DEFAULTS, type Settings, after } from "./settings";

export interface Session {
  prompt: string;
  settings: Settings;
  frozen: boolean;
  recording: boolean;
  /** Where a recording began, in seconds of the dream. */
  recordingSince: number;
  /** Seconds of the dream at the newest event. */
  time: number;
  deeds: readonly Deed[];
  /** What it is doing while it shows nothing yet. */
  phase: string;
  ended: boolean;
  error: string | null;
}

const FINAL: ReadonlySet<unknown> = new Set(["succeeded", "failed", "cancelled"]);

/** Whether its pictures come from outside: a camera, say. */
export function takesPictures(job: Job): boolean {
  return job.spec.scenes[0]?.source?.name === "mailbox";
}

/** Begin with a job as it is: the sliders stand where its first wishes put them. */
export function begun(job: Job, blend: number): Session {
  const [first] = job.spec.scenes[0]?.keyframes ?? [];
  const start = { ...DEFAULTS, blend };
  return {
    prompt: job.live_state?.prompt || first?.prompt || job.title,
    settings: first === undefined ? start : after(start, first),
    frozen: job.live_state?.frozen ?? false,
    recording: job.live_state?.recording ?? false,
    recordingSince: 0,
    time: 0,
    deeds: first?.prompt ? [{ kind: "prompt", time: 0, until: 0, frame: 0, words: first.prompt }] : [],
    phase: job.live_state?.state ?? job.phase,
    ended: FINAL.has(job.state),
    error: job.error ?? null,
  };
}

/** Whether something that happened changes the session: its pulse, twice a second all night, does not. */
export function matters(event: StudioEvent): boolean {
  return event.kind in TELL || deed(event, 0) !== null;
}

/** The session after something happened. */
export function told(session: Session, event: StudioEvent): Session {
  const time = typeof event["time"] === "number" ? Math.max(session.time, event["time"]) : session.time;
  const next = deed(event, time);
  const known = { ...session, time, deeds: next === null ? session.deeds : added(session.deeds, next) };
  return TELL[event.kind]?.(known, event) ?? known;
}

const TELL: Record<string, (session: Session, event: StudioEvent) => Session> = {
  state: (session, { state, phase, error }) => ({
    ...session,
    phase: typeof phase === "string" ? phase : session.phase,
    // An answer from before the end may come after it.
    ended: session.ended || FINAL.has(state),
    error: typeof error === "string" ? error : session.error,
  }),
  keyframe: (session, { keyframe }) => wished(session, (keyframe ?? {}) as Wish),
  recording: (session, { on }) => ({ ...session, recording: on === true, recordingSince: on === true ? session.time : session.recordingSince }),
};

/** The session once a wish holds. */
export function wished(session: Session, wish: Wish): Session {
  return {
    ...session,
    prompt: wish.prompt || session.prompt,
    frozen: wish.freeze ?? session.frozen,
    settings: after(session.settings, wish),
  };
}
