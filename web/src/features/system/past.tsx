import type { Finished, Past as Outcomes } from "../../api/schema";
import { ago, lasting } from "../../wording";
import { Part } from "./part";

const STATES: Record<string, string> = { succeeded: "went well", failed: "failed", cancelled: "stopped" };

/** How jobs have gone so far, and the newest of them. */
export function Past({ jobs }: { jobs: Outcomes }) {
  return (
    <Part title="Jobs so far">
      {jobs.total === 0 ? (
        <p className="part-empty">None yet.</p>
      ) : (
        <dl className="tallies">
          <Tally title="went well" value={jobs.success_rate === null ? "–" : `${Math.round(jobs.success_rate * 100)} %`} />
          <Tally title="half took less than" value={jobs.seconds ? lasting(jobs.seconds.p50) : "–"} />
          <Tally title="failed" value={String(jobs.failed)} bad={jobs.failed > 0} />
          <Tally title="in all" value={String(jobs.total)} />
        </dl>
      )}
      <ul className="rows">
        {jobs.recent.slice(0, 6).map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </ul>
    </Part>
  );
}

function Tally({ title, value, bad = false }: { title: string; value: string; bad?: boolean }) {
  return (
    <div data-bad={bad}>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Row({ job }: { job: Finished }) {
  const words = [STATES[job.state] ?? job.state, lasting(job.seconds), ago(job.finished_at)];
  return (
    <li data-state={job.state}>
      <span className="row-title">{job.title}</span>
      <span className="row-note">{words.join(", ")}</span>
    </li>
  );
}
