import { useState } from "react";
import { createJob, type Job } from "../../api/jobs";
import { fingerprint, type Wishes, written } from "../../film/wishes";
import { refreshQueue } from "../../jobs/use_queue";

/** Ask for a film: the studio writes the document, and puts it in the queue. */
export function useAsking(onJob: (job: Job, sent: string) => void) {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (wishes: Wishes, options: Record<string, unknown>, title: string | null): Promise<void> => {
    setAsking(true);
    setProblem(null);
    try {
      const sent = fingerprint(wishes, options);
      const spec = await written(wishes, options);
      onJob(await createJob(spec, title, crypto.randomUUID?.() ?? `${sent}${Date.now()}`), sent);
      void refreshQueue();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setAsking(false);
    }
  };
  return { ask, asking, problem };
}
