import { useEffect, useRef, useState } from "react";
import { fileAddress, filmOf, type Job, posterOf } from "../../api/jobs";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";

interface CompareProps {
  pair: readonly [Job, Job];
  onClose: () => void;
}

/** Two films in one frame: what is left of the line is of the first, what is right of it of the second. */
export function Compare({ pair, onClose }: CompareProps) {
  const [line, setLine] = useState(50);
  const [playing, setPlaying] = useState(true);
  const frame = useRef<HTMLDivElement>(null);
  const [one, other] = pair;
  const shape = one.spec.width / one.spec.height;
  useEffect(() => {
    const videos = [...(frame.current?.querySelectorAll("video") ?? [])];
    for (const video of videos) {
      if (playing) void video.play().catch(() => setPlaying(false));
      else video.pause();
    }
    const [first, second] = videos;
    if (!playing || first === undefined || second === undefined) return;
    // Two players drift apart; the second follows the first.
    const timer = window.setInterval(() => {
      const there = Math.min(first.currentTime, second.duration || first.currentTime);
      if (Math.abs(second.currentTime - there) > 0.12) second.currentTime = there;
    }, 500);
    return () => window.clearInterval(timer);
  }, [playing, pair]);
  return (
    <Dialog open onClose={onClose} title="Compare" wide="screen">
      <div className="compare" ref={frame} style={{ aspectRatio: shape, maxWidth: `calc(64dvh * ${shape})` }}>
        <Side job={other} />
        <div className="compare-first" style={{ clipPath: `inset(0 ${100 - line}% 0 0)` }}>
          <Side job={one} />
        </div>
        <div className="compare-line" style={{ left: `${line}%` }} aria-hidden="true" />
        <input className="compare-slider" type="range" min={0} max={100} step={0.5} value={line} aria-label="Where one film passes into the other" onChange={({ target }) => setLine(Number(target.value))} />
      </div>
      <div className="compare-names">
        <span title={one.title}>{one.title}</span>
        <Button look="icon" aria-label={playing ? "Pause both" : "Play both"} onClick={() => setPlaying(!playing)}>
          <Icon name={playing ? "freeze" : "play"} />
        </Button>
        <span title={other.title}>{other.title}</span>
      </div>
    </Dialog>
  );
}

function Side({ job }: { job: Job }) {
  const film = filmOf(job);
  if (film === null) return <img src={posterOf(job) ?? ""} alt={job.title} />;
  return <video src={fileAddress(job, film.name)} muted loop playsInline aria-label={job.title} />;
}
