import { useState } from "react";
import { fileAddress, filmOf, type Job, retryJob } from "../../api/jobs";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { Menu, type MenuItem } from "../../components/menu";
import { complain } from "../../components/toast";
import { clock, framesIn, goesOn } from "../../film/timeline";
import { ago, bytes, lasting } from "../../wording";
import { slug } from "../films/files";
import { formsOf } from "../making/files";
import { opensBoard, uses } from "./forward";
import { films, length, weight } from "./kept";
import { Poster } from "./poster";
import { RenderAgain } from "./render_again";

export interface CardDeeds {
  onForget: () => void;
  onStarted: () => void;
  onJob: (job: Job) => void;
  onFavourite: () => void;
  onRename: () => void;
  onCompare: () => void;
}

interface CardProps extends CardDeeds {
  job: Job;
  /** It is one of two that are to be compared. */
  compared: boolean;
}

/** One performance or film that is kept. */
export function Card({ job, compared, ...deeds }: CardProps) {
  const [asking, setAsking] = useState(false);
  const made = films(job);
  const unfinished = !job.live && job.state !== "succeeded";
  return (
    <li className="card" data-compared={compared}>
      <Poster job={job}>
        <button type="button" className="card-heart" aria-pressed={job.favourite} aria-label={`Favourite: ${job.title}`} onClick={deeds.onFavourite}>
          <Icon name="favourite" size={18} />
        </button>
      </Poster>
      <div className="card-words">
        <h2 title={job.title}>{job.title}</h2>
        <p>{facts(job).join(" · ")}</p>
        {job.error && <p className="card-error">{job.error}</p>}
      </div>
      <div className="card-actions">
        {job.live && (
          <button type="button" className="card-main" onClick={() => setAsking(true)}>
            Render again
          </button>
        )}
        {unfinished && (
          <button type="button" className="card-main" onClick={() => retryJob(job.id).then(deeds.onStarted, complain)}>
            Go on
          </button>
        )}
        {made.map((file) => (
          <a key={file.name} className="card-quiet" href={fileAddress(job, file.name)} download={file.name} aria-label={`Download ${file.name}, ${bytes(file.bytes)}`}>
            <Icon name="download" />
            {bytes(file.bytes)}
          </a>
        ))}
        <Menu items={more(job, deeds)}>
          <button type="button" className="card-quiet card-more" aria-label={`More for ${job.title}`}>
            <Icon name="menu" />
          </button>
        </Menu>
        <button type="button" className="card-quiet" onClick={deeds.onForget} aria-label={`Delete ${job.title}`}>
          <Icon name="trash" />
        </button>
      </div>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Render again">
        <RenderAgain
          job={job}
          onStarted={() => {
            setAsking(false);
            deeds.onStarted();
          }}
        />
      </Dialog>
    </li>
  );
}

function more(job: Job, { onRename, onCompare, onJob }: CardDeeds): MenuItem[] {
  const film = filmOf(job);
  const used: MenuItem[] =
    film === null
      ? []
      : [
          { title: "Continue or repaint", icon: "use", onChoose: () => uses(job, film) },
          { title: "Compare with another", icon: "compare", onChoose: onCompare },
          ...formsOf(job, onJob),
        ];
  return [
    ...used,
    { title: "Open as a storyboard", icon: "films", onChoose: () => opensBoard(job) },
    { title: "Rename", icon: "edit", onChoose: onRename, apart: true },
    { title: job.live ? "The performance as JSON" : "The film’s document", icon: "braces", href: `/api/jobs/${job.id}/spec`, download: `${slug(job.title)}.json` },
  ];
}

function facts(job: Job): string[] {
  const seconds = length(job);
  const film = framesIn(job.spec) / job.spec.fps;
  const state = { cancelled: "stopped", failed: "broke off" }[job.state as string];
  return [
    job.live ? "performed" : job.spec.scenes.length > 1 ? `film of ${job.spec.scenes.length} scenes` : "film",
    ...(state !== undefined && !job.live ? [state] : []),
    ago(job.finished_at ?? job.created_at),
    ...(job.live && seconds !== null ? [lasting(seconds)] : []),
    ...(!job.live && film > 0 ? [goesOn(job.spec) ? `${clock(film)} longer` : clock(film)] : []),
    ...(weight(job) > 0 && films(job).length !== 1 ? [bytes(weight(job))] : []),
  ];
}
