import { useState } from "react";
import { poster } from "../../api/poster";
import type { Job, JobFile } from "../../api/schema";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { ago, bytes, lasting } from "../../wording";
import { address, films, length } from "./kept";
import { RenderAgain } from "./render_again";

interface CardProps {
  job: Job;
  onForget: () => void;
  onStarted: () => void;
}

/** One performance or film that is kept. */
export function Card({ job, onForget, onStarted }: CardProps) {
  const [asking, setAsking] = useState(false);
  const made = films(job);
  return (
    <li className="card">
      <Picture job={job} film={made.at(-1)} />
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
        {made.map((file) => (
          <a key={file.name} className="card-quiet" href={address(job, file.name)} download={file.name} aria-label={`Download ${file.name}, ${bytes(file.bytes)}`}>
            <Icon name="download" />
            {bytes(file.bytes)}
          </a>
        ))}
        <a className="card-quiet" href={`/api/jobs/${job.id}/spec`} download={`${slug(job.title)}.json`} aria-label="Download the performance as JSON">
          <Icon name="braces" />
        </a>
        <button type="button" className="card-quiet" onClick={onForget} aria-label={`Delete ${job.title}`}>
          <Icon name="trash" />
        </button>
      </div>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Render again">
        <RenderAgain
          job={job}
          onStarted={() => {
            setAsking(false);
            onStarted();
          }}
        />
      </Dialog>
    </li>
  );
}

interface PictureProps {
  job: Job;
  film: JobFile | undefined;
}

/** The last picture, or the film's first; it plays where there is a film. */
function Picture({ job, film }: PictureProps) {
  const [playing, setPlaying] = useState(false);
  const still = poster(job);
  if (film !== undefined && (playing || still === null)) {
    return (
      <div className="card-picture">
        {/* A dream has no words to be written under it. */}
        <video src={address(job, film.name)} controls={playing} autoPlay={playing} preload="metadata" key={String(playing)} loop muted={!playing} playsInline aria-label={job.title} />
        {!playing && <Play title={job.title} onPlay={() => setPlaying(true)} />}
      </div>
    );
  }
  return (
    <div className="card-picture">
      {still !== null && <img src={still} alt="" loading="lazy" />}
      {film !== undefined && <Play title={job.title} onPlay={() => setPlaying(true)} />}
    </div>
  );
}

function Play({ title, onPlay }: { title: string; onPlay: () => void }) {
  return (
    <button type="button" className="card-play" onClick={onPlay} aria-label={`Play ${title}`}>
      <Icon name="play" size={24} />
    </button>
  );
}

function facts(job: Job): string[] {
  const seconds = length(job);
  return [
    job.live ? "performed" : "film",
    ago(job.finished_at ?? job.created_at),
    ...(job.live && seconds !== null ? [lasting(seconds)] : []),
  ];
}

function slug(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "performance";
}
