import { useEffect, useState } from "react";
import { cancelJob, createJob, isSeen, type Job } from "../../api/jobs";
import { complain } from "../../components/toast";
import type { Board } from "../../film/board";
import { AS_IT_IS } from "../../film/sound";
import { fingerprint, wishesOf, written } from "../../film/wishes";
import { refreshQueue, useQueue } from "../../jobs/use_queue";
import { doing, percent } from "../../jobs/words";

/** Scenes painted alone: what is done to them now, and how to begin one. */
export function useTakes(board: Board, onTake: (id: string, job: string, sent: string) => void) {
  const { going } = useQueue();
  const [beginning, setBeginning] = useState<ReadonlySet<string>>(new Set());
  const [rounds, setRounds] = useState(0);
  const jobs = new Map((going ?? []).map((job) => [job.id, job]));
  const busy = new Map(
    board.shots.flatMap(({ id }) => {
      const job = jobs.get(board.takes[id]?.job ?? "");
      if (job !== undefined) return [[id, told(job)] as const];
      return beginning.has(id) ? [[id, "Asked for"] as const] : [];
    }),
  );
  const unseen = new Set(board.shots.flatMap(({ id }) => ([...jobs.values()].some((job) => job.id === board.takes[id]?.job && !isSeen(job)) ? [id] : [])));
  const count = busy.size;
  // The last picture of a scene is there when it is no longer being painted.
  useEffect(() => setRounds((before) => before + 1), [count]);
  useEffect(() => {
    if (count === 0) return;
    const timer = window.setInterval(() => setRounds((before) => before + 1), 2000);
    return () => window.clearInterval(timer);
  }, [count]);

  const paint = async (id: string) => {
    const shot = board.shots.find((one) => one.id === id);
    if (shot === undefined) return;
    setBeginning((before) => new Set([...before, id]));
    try {
      // A scene alone is seen, not heard, and goes on from nothing.
      const wishes = wishesOf({ ...board, shots: [shot], sound: AS_IT_IS, extend: null });
      const before = jobs.get(board.takes[id]?.job ?? "");
      if (before !== undefined) await cancelJob(before.id).catch(() => undefined);
      const job = await createJob(await written(wishes, board.options), `Scene: ${shot.prompt}`, crypto.randomUUID?.() ?? String(Date.now()));
      onTake(id, job.id, fingerprint(wishes, board.options));
      await refreshQueue();
    } catch (error) {
      complain(error);
    } finally {
      setBeginning((before) => new Set([...before].filter((one) => one !== id)));
    }
  };
  return { busy, unseen, paint, fresh: rounds };
}

function told(job: Job): string {
  return job.state === "running" ? `${doing(job)} ${percent(job)} %` : doing(job);
}
