import type { Job } from "../../api/schema";
import { followed } from "../../route";
import { stop } from "./kept";

/** A film that is being made, how far it is, and a way to stop it; or a performance that goes on. */
export function Busy({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const percent = Math.floor(job.progress * 100);
  return (
    <li className="busy">
      <div className="busy-words">
        <h2 title={job.title}>{job.title}</h2>
        <p>{job.live ? "live now" : job.state === "queued" ? "waits its turn" : `${job.phase || "rendering"}, ${percent} %`}</p>
      </div>
      {job.live ? (
        <a className="card-quiet" href="/" onClick={followed}>
          Go to it
        </a>
      ) : (
        <button type="button" className="card-quiet" onClick={() => stop(job.id).then(onChanged)}>
          Stop
        </button>
      )}
      {!job.live && (
        <div className="busy-bar" role="progressbar" aria-label={job.title} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
          <span style={{ transform: `scaleX(${job.progress})` }} />
        </div>
      )}
    </li>
  );
}
