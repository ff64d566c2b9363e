import { useState } from "react";
import { fileAddress, fileOf, filmOf, type Job, posterOf } from "../../api/jobs";
import { Icon } from "../../components/icon";
import { Flick } from "./flick";

interface PosterProps {
  job: Job;
  children?: React.ReactNode;
}

/** A job's picture: it moves while it is looked at, and plays where there is a film. */
export function Poster({ job, children }: PosterProps) {
  const [playing, setPlaying] = useState(false);
  const [near, setNear] = useState(false);
  const [still, film, sprite] = [posterOf(job), filmOf(job), fileOf(job, "sprite")];
  const bare = film !== null && still === null && sprite === null;
  return (
    <div className="card-picture" onPointerEnter={() => setNear(true)} onPointerLeave={() => setNear(false)} onFocus={() => setNear(true)} onBlur={() => setNear(false)}>
      {film !== null && (playing || bare) ? (
        <video key={String(playing)} src={fileAddress(job, film.name)} controls={playing} autoPlay={playing} preload="metadata" loop muted={!playing} playsInline aria-label={job.title} />
      ) : (
        <>
          {still === null && <p className="card-unseen">{job.title}</p>}
          {still !== null && <img key={still} src={still} alt="" loading="lazy" decoding="async" />}
          {sprite !== null && near && <Flick job={job} name={sprite.name} />}
        </>
      )}
      {film !== null && !playing && (
        <button type="button" className="card-play" onClick={() => setPlaying(true)} aria-label={`Play ${job.title}`}>
          <Icon name="play" size={24} />
        </button>
      )}
      {!playing && children}
    </div>
  );
}
