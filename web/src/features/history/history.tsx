import { useCallback, useEffect, useState } from "react";
import type { Job } from "../../api/schema";
import { complain, toast } from "../../components/toast";
import { followed } from "../../route";
import { Busy } from "./busy";
import { Card } from "./card";
import { forget, restore, shelf, sorted } from "./kept";
import "./history.css";

const SOON = 1500;

/** Performances that were kept, and films made of them. */
export function HistoryPage() {
  const { items, next, problem, refresh, older, drop, put } = useShelf();
  const { busy, done } = sorted(items ?? []);
  const forgetting = async (job: Job) => {
    drop(job.id);
    try {
      await forget(job.id);
      toast(`“${job.title}” is deleted.`, { action: "Undo", onAction: () => restore(job.id).then(put, complain), seconds: 10 });
    } catch (error) {
      complain(error);
      put(job);
    }
  };
  return (
    <main className="history">
      <h1>History</h1>
      <p className="history-problem" role="status">
        {problem}
      </p>
      {busy.length > 0 && (
        <section aria-label="Going on">
          <ul className="history-busy">
            {busy.map((job) => (
              <Busy key={job.id} job={job} onChanged={refresh} />
            ))}
          </ul>
        </section>
      )}
      {items !== null && items.length === 0 && <Empty />}
      <ul className="history-grid">
        {done.map((job) => (
          <Card key={job.id} job={job} onForget={() => forgetting(job)} onStarted={refresh} />
        ))}
      </ul>
      {next !== null && (
        <button type="button" className="history-older" onClick={older}>
          Show older ones
        </button>
      )}
    </main>
  );
}

function Empty() {
  return (
    <div className="history-empty">
      <img src="/api/presets/islands.jpg" alt="" onError={(event) => event.currentTarget.remove()} />
      <p>
        What you perform is kept here by itself. <a href="/" onClick={followed}>Begin a dream</a>
      </p>
    </div>
  );
}

function useShelf() {
  const [items, setItems] = useState<Job[] | null>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const refresh = useCallback(async () => {
    try {
      const seen = await shelf(null);
      setItems((before) => merged(seen.items, before, seen.next ?? null));
      setNext((before) => (before === null ? (seen.next ?? null) : before));
      setProblem(null);
    } catch {
      setProblem("The studio does not answer. What you kept is safe; it shows again when the studio is back.");
    }
  }, []);

  const older = async () => {
    const seen = await shelf(next);
    setItems((before) => [...(before ?? []), ...seen.items]);
    setNext(seen.next ?? null);
  };

  /** At once, whatever a list says that was asked for a moment ago. */
  const drop = (id: string) => setGone((before) => new Set([...before, id]));
  const put = (job: Job) => {
    setGone((before) => new Set([...before].filter((id) => id !== job.id)));
    setItems((before) => placed(before ?? [], job));
  };

  const busy = items === null || problem !== null || sorted(items).busy.length > 0;
  useEffect(() => {
    const first = window.setTimeout(refresh, 0);
    const timer = window.setInterval(refresh, busy ? SOON : 10 * SOON);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }, [refresh, busy]);

  return { items: items?.filter((job) => !gone.has(job.id)) ?? null, next, problem, refresh, older, drop, put };
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
