import { useCallback, useEffect, useRef, useState } from "react";
import { type Job, listJobs } from "../../api/jobs";
import { asked, type Sought, sorted, suits } from "./kept";

const SOON = 1500;
const MOST = 24;

/** What is kept and sought, newest first, as it is now. */
export function useShelf(sought: Sought) {
  const [items, setItems] = useState<Job[] | null>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const question = JSON.stringify(asked(sought));
  const current = useRef(question);

  const refresh = useCallback(async () => {
    current.current = question;
    try {
      const seen = await listJobs({ ...(JSON.parse(question) as object), limit: MOST });
      if (current.current !== question) return;
      setItems((before) => merged(seen.items, before, seen.next ?? null));
      setNext((before) => (before === null ? (seen.next ?? null) : before));
      setProblem(null);
    } catch {
      setProblem("The studio does not answer. What you kept is safe; it shows again when the studio is back.");
    }
  }, [question]);

  const older = async () => {
    const seen = await listJobs({ ...(JSON.parse(question) as object), limit: MOST, after: next });
    setItems((before) => [...(before ?? []), ...seen.items]);
    setNext(seen.next ?? null);
  };

  /** At once, whatever a list says that was asked for a moment ago. */
  const drop = (id: string) => setGone((before) => new Set([...before, id]));
  const put = (job: Job) => {
    setGone((before) => new Set([...before].filter((id) => id !== job.id)));
    setItems((before) => placed(before ?? [], job));
  };

  useEffect(() => {
    setItems(null);
    setNext(null);
  }, [question]);
  const busy = items === null || problem !== null || sorted(items).busy.length > 0;
  useEffect(() => {
    const first = window.setTimeout(refresh, 0);
    const timer = window.setInterval(refresh, busy ? SOON : 10 * SOON);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }, [refresh, busy]);

  const shown = items?.filter((job) => !gone.has(job.id) && suits(job, sought)) ?? null;
  return { items: shown, next, problem, refresh, older, drop, put };
}

/** A job in its place, newest first. */
function placed(items: readonly Job[], job: Job): Job[] {
  return [...items.filter((one) => one.id !== job.id), job].sort((one, other) => other.created_at.localeCompare(one.created_at));
}

/** The newest page as it is now, then those older ones that were shown already. */
function merged(fresh: Job[], before: Job[] | null, more: string | null): Job[] {
  const last = fresh.at(-1);
  if (more === null || last === undefined || before === null) return fresh;
  const seen = new Set(fresh.map((job) => job.id));
  return [...fresh, ...before.filter((job) => !seen.has(job.id) && job.created_at < last.created_at)];
}
