import { cancelJob, type Job } from "../../api/jobs";
import { complain } from "../../components/toast";
import { doing, left, percent } from "../../jobs/words";
import { followed } from "../../route";

/** A film that is being made, how far it is, and a way to stop it; or a performance that goes on. */
export function Busy({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const done = percent(job);
  return (
    <li className="busy">
      <div className="busy-words">
        <h2 title={job.title}>{job.title}</h2>
        <p>{job.live ? "Live now" : job.state === "queued" ? doing(job) : [doing(job), `${done} %`, left(job)].filter(Boolean).join(" · ")}</p>
      </div>
      {job.live ? (
        <a className="card-quiet" href="/" onClick={followed}>
          Go to it
        </a>
      ) : (
        <button type="button" className="card-quiet" onClick={() => cancelJob(job.id).then(onChanged, complain)}>
          Stop
        </button>
      )}
      {!job.live && (
        <div className="busy-bar" role="progressbar" aria-label={job.title} aria-valuenow={done} aria-valuemin={0} aria-valuemax={100}>
          <span style={{ transform: `scaleX(${job.progress})` }} />
        </div>
      )}
    </li>
  );
}
