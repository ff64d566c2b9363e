import { useState } from "react";
import type { Job } from "../../api/schema";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { ago, bytes, lasting } from "../../wording";
import { address, films, gestures, length, poster } from "./kept";
import { RenderAgain } from "./render_again";

interface CardProps {
  job: Job;
  onForget: () => void;
  onStarted: () => void;
}

/** One performance or film that is kept. */
export function Card({ job, onForget, onStarted }: CardProps) {
  const [asking, setAsking] = useState(false);
  const [playing, setPlaying] = useState<string | null>(null);
  const made = films(job);
  const newest = made.at(-1);
  return (
    <li className="card">
      <Picture job={job} playing={playing} onPlay={newest && (() => setPlaying(address(job, newest.name)))} />
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

function Picture({ job, playing, onPlay }: { job: Job; playing: string | null; onPlay: (() => void) | undefined }) {
  const [missing, setMissing] = useState(false);
  if (playing !== null) {
    return (
      // A dream has no words to be written under it.
      <video className="card-picture" src={playing} controls autoPlay loop playsInline aria-label={job.title} />
    );
  }
  return (
    <div className="card-picture">
      {!missing && <img src={poster(job)} alt="" loading="lazy" onError={() => setMissing(true)} />}
      {onPlay && (
        <button type="button" className="card-play" onClick={onPlay} aria-label={`Play ${job.title}`}>
          <Icon name="play" size={24} />
        </button>
      )}
    </div>
  );
}

function facts(job: Job): string[] {
  const seconds = length(job);
  const wishes = gestures(job);
  return [
    job.live ? "performed" : "film",
    ago(job.finished_at ?? job.created_at),
    ...(job.live && seconds !== null ? [lasting(seconds)] : []),
    ...(job.live && wishes > 0 ? [wishes === 1 ? "1 gesture" : `${wishes} gestures`] : []),
  ];
}

function slug(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "performance";
}
