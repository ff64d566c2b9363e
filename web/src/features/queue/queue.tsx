import { cancelJob, type Job, removeJob, restoreJob, retryJob } from "../../api/jobs";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { complain, toast } from "../../components/toast";
import { refreshQueue, useQueue } from "../../jobs/use_queue";
import { delivered, doing, left, percent, sceneOf } from "../../jobs/words";
import { followed } from "../../route";
import { ago } from "../../wording";
import { Line } from "../making/making";
import { Living } from "../making/living";
import "./queue.css";

/** Ended films that are shown below; all of them are in History. */
const LATELY = 6;

const again = () => void refreshQueue();

/** What is being made, what waits, and what has ended lately. */
export function QueuePage() {
  const { going, ended, away } = useQueue();
  const [running, waiting] = [going?.filter(({ state }) => state === "running") ?? [], going?.filter(({ state }) => state === "queued") ?? []];
  return (
    <main className="queue">
      <h1 className="page-title">Queue</h1>
      <p className="queue-away" role="status">
        {away && "The studio does not answer. What is made goes on by itself when it is back."}
      </p>
      {going !== null && going.length === 0 && <Empty />}
      <ul className="queue-list">
        {running.map((job) => (
          <Running key={job.id} job={job} />
        ))}
      </ul>
      {waiting.length > 0 && (
        <section aria-label="Waiting">
          <h2>Waiting</h2>
          <ol className="queue-list">
            {waiting.map((job, index) => (
              <Waiting key={job.id} job={job} place={index + 1} />
            ))}
          </ol>
        </section>
      )}
      {ended.length > 0 && (
        <section aria-label="Lately">
          <h2>Lately</h2>
          <ul className="queue-ended">
            {ended.slice(0, LATELY).map((job) => (
              <Ended key={job.id} job={job} />
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

function Empty() {
  return (
    <div className="queue-empty">
      <img src="/api/presets/islands.jpg" alt="" onError={({ currentTarget }) => currentTarget.remove()} />
      <p>
        Nothing is being made.{" "}
        <a href="/create" onClick={followed}>
          Make a film
        </a>
      </p>
    </div>
  );
}

function Running({ job }: { job: Job }) {
  const rest = left(job);
  return (
    <li className="running">
      <div className="running-picture">
        <Living job={job} className="running-still" />
      </div>
      <div className="running-words">
        <h2 title={job.title}>{job.title}</h2>
        <p className="tabular">
          {doing(job)} · {percent(job)} %{rest !== null && <span className="text-ink-3"> · {rest}</span>}
          {(job.attempt ?? 0) > 1 && <span className="text-ink-3"> · attempt {job.attempt}</span>}
        </p>
        <Line job={job} />
        <Units job={job} />
        {(job.fallbacks ?? []).map((words) => (
          <p key={words} className="running-fallback">
            {words}
          </p>
        ))}
      </div>
      <Button look="quiet" onClick={() => cancelJob(job.id).then(again, complain)}>
        Stop
      </Button>
    </li>
  );
}

const STATES: Record<string, string> = { waiting: "waits", running: "is being made", done: "is done", reused: "was there already" };
const WORK: Record<string, string> = { ahead: "painted ahead", paint: "painted", finish: "finished", join: "joined" };

/** The parts of the work: each is kept by itself, and never made twice. */
function Units({ job }: { job: Job }) {
  const units = job.units ?? [];
  if (units.length < 2) return null;
  return (
    <ul className="units" aria-label="Parts">
      {units.map(({ key, kind, state, progress }) => {
        const scene = sceneOf(key, job.spec.scenes);
        const name = scene === null ? "The whole" : `Scene ${scene + 1}`;
        return (
          <li key={key} className="unit" data-state={state} title={`${name}, ${WORK[kind] ?? kind}: ${STATES[state] ?? state}`}>
            <span className="unit-fill" style={{ transform: `scaleX(${state === "running" ? progress : state === "waiting" ? 0 : 1})` }} />
            <span className="sr-only">
              {name}, {WORK[kind] ?? kind}: {STATES[state] ?? state}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Waiting({ job, place }: { job: Job; place: number }) {
  return (
    <li className="waiting">
      <span className="waiting-place tabular">{place}</span>
      <h3 title={job.title}>{job.title}</h3>
      <span className="waiting-facts tabular">
        {delivered(job.spec).join(" × ")}
      </span>
      <Button look="quiet" onClick={() => cancelJob(job.id).then(again, complain)}>
        Take out
      </Button>
    </li>
  );
}

function Ended({ job }: { job: Job }) {
  const forget = async () => {
    try {
      await removeJob(job.id);
      toast(`“${job.title}” is deleted.`, { action: "Undo", onAction: () => restoreJob(job.id).then(again, complain), seconds: 10 });
    } catch (error) {
      complain(error);
    }
    again();
  };
  const well = job.state === "succeeded";
  return (
    <li className="ended" data-state={job.state}>
      <Living job={job} className="ended-still" />
      <div className="min-w-0 flex-1">
        <h3 title={job.title}>{job.title}</h3>
        <p>{well ? `Done ${ago(job.finished_at ?? job.created_at)}` : job.state === "cancelled" ? "Stopped" : (job.error ?? "It could not be made.")}</p>
      </div>
      {well ? (
        <a className="ended-link" href="/history" onClick={followed} aria-label={`“${job.title}” in History`}>
          <Icon name="history" size={18} />
        </a>
      ) : (
        <Button look="quiet" onClick={() => retryJob(job.id).then(again, complain)}>
          Go on
        </Button>
      )}
      <Button look="icon" aria-label={`Delete “${job.title}”`} onClick={() => void forget()}>
        <Icon name="trash" size={18} />
      </Button>
    </li>
  );
}
