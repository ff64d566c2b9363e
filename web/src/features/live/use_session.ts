import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { get } from "../../api/client";
import { type StudioEvent, listen } from "../../api/events";
import type { Job, Wish } from "../../api/types";
import { toast } from "../../components/toast";
import { type Session, begun, matters, told, wished } from "./session";
import type { Settings } from "./settings";

/** After a move of one's own, what the studio says of the sliders is an echo for so many milliseconds. */
const ECHO = 900;

type Step = { event: StudioEvent; own: boolean } | { wish: Wish } | { settings: Settings } | { job: Job };

function step(session: Session, taken: Step): Session {
  if ("wish" in taken) return wished(session, taken.wish);
  if ("settings" in taken) return { ...session, settings: taken.settings };
  if ("job" in taken) return { ...session, ended: session.ended || begun(taken.job, 0).ended, error: taken.job.error ?? session.error };
  const next = told(session, taken.event);
  return taken.own ? { ...next, settings: session.settings } : next;
}

export interface Known {
  session: Session;
  /** Show a wish at once, before its echo comes. */
  expect: (wish: Wish) => void;
  /** Move sliders at once. */
  settle: (settings: Settings) => void;
  /** Ask the studio again how the job is. */
  refresh: () => void;
}

const BLEND = "reverie.blend";

/** A live session as the page knows it, kept up to date by what happens to it. */
export function useSession(job: Job): Known {
  const [session, take] = useReducer(step, job, (first) => begun(first, keptBlend()));
  const touched = useRef(Number.NEGATIVE_INFINITY);
  const [asked, ask] = useState(0);

  useEffect(() => {
    // What has no moment of its own happened at the newest one that is known.
    let time = 0;
    return listen(job.id, (event) => {
      announce(event);
      if (typeof event["time"] === "number") time = Math.max(time, event["time"]);
      if (matters(event)) take({ event: { time, ...event }, own: performance.now() - touched.current < ECHO });
    });
  }, [job.id]);
  useEffect(() => {
    if (asked === 0) return;
    const left = new AbortController();
    get<Job>(`/api/jobs/${job.id}`, { signal: left.signal }).then((now) => take({ job: now }), () => undefined);
    return () => left.abort();
  }, [job.id, asked]);

  const settle = useCallback((settings: Settings) => {
    touched.current = performance.now();
    keepBlend(settings.blend);
    take({ settings });
  }, []);
  const expect = useCallback((wish: Wish) => take({ wish }), []);
  const refresh = useCallback(() => ask((times) => times + 1), []);
  return { session, expect, settle, refresh };
}

/** Milliseconds after which something that happened is no news any more. */
const NEWS = 10_000;

/** Say what the director should know at once; what happened before the page was opened is in the console. */
function announce({ kind, at, error, reason }: StudioEvent): void {
  if (Date.now() - Date.parse(at) > NEWS) return;
  if (kind === "recording" && typeof error === "string") toast(error, { fail: true });
  if ((kind === "fallback" || kind === "hint") && typeof reason === "string") toast(reason, { seconds: 8 });
}

function keptBlend(): number {
  try {
    const kept = Number(localStorage.getItem(BLEND) ?? 2);
    return kept >= 0 && kept <= 10 ? kept : 2;
  } catch {
    return 2;
  }
}

function keepBlend(seconds: number): void {
  try {
    localStorage.setItem(BLEND, String(seconds));
  } catch {
    // It is two seconds again next time.
  }
}
