import { useEffect, useState } from "react";
import { get } from "../../api/client";
import { changeJob, filmOf, type Job, removeJob, restoreJob } from "../../api/jobs";
import { Button } from "../../components/button";
import { complain, toast } from "../../components/toast";
import { patched, useDraft } from "../../drafts";
import { followed } from "../../route";
import { bytes } from "../../wording";
import { Busy } from "./busy";
import { Card } from "./card";
import { Compare } from "./compare";
import { EVERYTHING, type Sought, sorted } from "./kept";
import { Rename } from "./rename";
import { Seek } from "./seek";
import { useShelf } from "./use_shelf";
import "./history.css";

const revive = (kept: unknown): Sought => patched(EVERYTHING, kept);

/** Performances and films that were kept. */
export function HistoryPage() {
  const [sought, setSought] = useDraft("history", revive);
  const { items, next, problem, refresh, older, drop, put } = useShelf(sought);
  const { busy, done } = sorted(items ?? []);
  const [first, setFirst] = useState<Job | null>(null);
  const [pair, setPair] = useState<readonly [Job, Job] | null>(null);
  const [renamed, setRenamed] = useState<Job | null>(null);
  const used = useDisk(items?.length ?? 0);
  const everything = JSON.stringify(sought) === JSON.stringify(EVERYTHING);

  const forget = async (job: Job) => {
    drop(job.id);
    try {
      await removeJob(job.id);
      toast(`“${job.title}” is deleted.`, { action: "Undo", onAction: () => restoreJob(job.id).then(put, complain), seconds: 10 });
    } catch (error) {
      complain(error);
      put(job);
    }
  };
  const like = async (job: Job) => {
    put({ ...job, favourite: !job.favourite });
    await changeJob(job.id, { favourite: !job.favourite }).then(put, (error: unknown) => {
      complain(error);
      put(job);
    });
  };
  const compare = (job: Job) => {
    if (first === null || first.id === job.id) setFirst(job);
    else {
      setPair([first, job]);
      setFirst(null);
    }
  };

  return (
    <main className="history">
      <header className="history-head">
        <h1 className="page-title">History</h1>
        {used !== null && <p className="history-disk">{used}</p>}
      </header>
      <Seek sought={sought} onSought={setSought} />
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
      {items !== null && items.length === 0 && (everything ? <Empty /> : <Nothing onAll={() => setSought(EVERYTHING)} />)}
      <ul className="history-grid">
        {done.map((job) => (
          <Card
            key={job.id}
            job={job}
            compared={first?.id === job.id}
            onForget={() => void forget(job)}
            onStarted={refresh}
            onJob={put}
            onFavourite={() => void like(job)}
            onRename={() => setRenamed(job)}
            onCompare={() => compare(job)}
          />
        ))}
      </ul>
      {next !== null && (
        <button type="button" className="history-older" onClick={older}>
          Show older ones
        </button>
      )}
      {first !== null && <Choosing first={first} others={done.filter((job) => job.id !== first.id && filmOf(job) !== null)} onChoose={compare} onCancel={() => setFirst(null)} />}
      {pair !== null && <Compare pair={pair} onClose={() => setPair(null)} />}
      {renamed !== null && <Rename job={renamed} onClose={() => setRenamed(null)} onJob={put} />}
    </main>
  );
}

interface ChoosingProps {
  first: Job;
  others: readonly Job[];
  onChoose: (job: Job) => void;
  onCancel: () => void;
}

/** The choice of the second film, by their pictures. */
function Choosing({ first, others, onChoose, onCancel }: ChoosingProps) {
  return (
    <aside className="choosing glass arriving" aria-label="Compare with">
      <p>
        Compare <strong>{first.title}</strong> with
      </p>
      <ul>
        {others.slice(0, 12).map((job) => (
          <li key={job.id}>
            <button type="button" onClick={() => onChoose(job)} aria-label={`Compare with ${job.title}`} title={job.title}>
              <img src={`/api/jobs/${job.id}/preview.jpg`} alt="" onError={({ currentTarget }) => (currentTarget.style.visibility = "hidden")} />
            </button>
          </li>
        ))}
        {others.length === 0 && <li className="text-ink-3">There is no other film here yet.</li>}
      </ul>
      <Button look="quiet" onClick={onCancel}>
        Leave it
      </Button>
    </aside>
  );
}

function Empty() {
  return (
    <div className="history-empty">
      <img src="/api/presets/islands.jpg" alt="" onError={(event) => event.currentTarget.remove()} />
      <p>
        What you perform and make is kept here by itself.{" "}
        <a href="/create" onClick={followed}>
          Make a film
        </a>
      </p>
    </div>
  );
}

function Nothing({ onAll }: { onAll: () => void }) {
  return (
    <p className="history-nothing">
      Nothing of what is kept is like this.
      <Button look="quiet" onClick={onAll}>
        Show all
      </Button>
    </p>
  );
}

/** What all of it takes on the disk, in words. */
function useDisk(count: number): string | null {
  const [words, setWords] = useState<string | null>(null);
  useEffect(() => {
    const left = new AbortController();
    get<{ disk: { kept: number; free: number } }>("/api/system", { signal: left.signal }).then(
      ({ disk }) => setWords(`${bytes(disk.kept)} kept, ${bytes(disk.free)} free`),
      () => undefined,
    );
    return () => left.abort();
  }, [count]);
  return words;
}
