import { cancelJob, type Job, retryJob } from "../../api/jobs";
import { Button } from "../../components/button";
import { complain } from "../../components/toast";
import { refreshQueue } from "../../jobs/use_queue";
import { doing, left, percent } from "../../jobs/words";
import "./making.css";

interface MakingProps {
  job: Job;
  onJob: (job: Job) => void;
}

/** How far a film is, in words and as a line; what can be done about it. */
export function Making({ job, onJob }: MakingProps) {
  const done = percent(job);
  const rest = left(job);
  const act = (deed: Promise<Job>) => deed.then(onJob, complain).finally(() => void refreshQueue());
  if (job.state === "failed") {
    return (
      <div className="making" data-state="failed">
        <p className="making-words" role="alert">
          {job.error ?? "The film could not be made."} <span className="text-ink-3">What was painted is kept, and is not painted again.</span>
        </p>
        <Button onClick={() => act(retryJob(job.id))}>Go on</Button>
      </div>
    );
  }
  return (
    <div className="making" data-state={job.state}>
      <p className="making-words">
        <span>{job.state === "cancelled" ? "Stopped" : doing(job)}</span>
        {job.state === "running" && <span className="tabular text-ink-3">{[`${done} %`, rest].filter(Boolean).join(" · ")}</span>}
      </p>
      {job.state === "cancelled" ? (
        <Button look="quiet" onClick={() => act(retryJob(job.id))}>
          Go on
        </Button>
      ) : (
        <Button look="quiet" onClick={() => act(cancelJob(job.id))}>
          Stop
        </Button>
      )}
      <Line job={job} />
      {(job.fallbacks ?? []).map((words) => (
        <p key={words} className="making-fallback">
          {words}
        </p>
      ))}
    </div>
  );
}

/** The line that only grows. */
export function Line({ job }: { job: Job }) {
  const done = percent(job);
  return (
    <div className="making-line" role="progressbar" aria-label={`${job.title}: ${doing(job)}`} aria-valuenow={done} aria-valuemin={0} aria-valuemax={100}>
      <span style={{ transform: `scaleX(${job.state === "succeeded" ? 1 : job.progress})` }} />
    </div>
  );
}
