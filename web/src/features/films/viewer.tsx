import { type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import { fileAddress, filmOf, isGoing, type Job } from "../../api/jobs";
import { Button } from "../../components/button";
import { Choices } from "../../components/choices";
import { Icon } from "../../components/icon";
import type { Board } from "../../film/board";
import { clock, momentAt, type Span } from "../../film/timeline";
import { drawn } from "../../film/transitions";
import { bytes } from "../../wording";
import { Living } from "../making/living";
import { covering, LEAD, painting, type Stills } from "./stills";

export type Seen = "board" | "film";

interface ViewerProps {
  board: Board;
  layout: readonly Span[];
  total: number;
  fps: number;
  shape: number;
  stills: Stills;
  film: Job | null;
  seen: Seen;
  onSeen: (seen: Seen) => void;
  frame: number;
  playing: boolean;
  onFrame: (frame: number) => void;
  onPlaying: (playing: boolean) => void;
  /** What is heard, and the choice of it. */
  lane: ReactNode;
}

/** The film: played from its scenes' pictures before it is made, as it is made, and when it is. */
export function Viewer(props: ViewerProps) {
  const { film, seen, onSeen, playing, onPlaying, frame, fps, total, shape, onFrame } = props;
  const made = film === null || isGoing(film) ? null : filmOf(film);
  return (
    <section className="viewer" aria-label="Screen">
      <div className="viewer-picture" style={{ aspectRatio: shape }}>
        {seen === "board" || film === null ? <Animatic {...props} /> : made === null ? <Living job={film} className="viewer-film" /> : <Film {...props} job={film} name={made.name} />}
      </div>
      <div className="viewer-controls">
        <Button
          look="icon"
          aria-label={playing ? "Pause" : "Play"}
          onClick={() => {
            if (!playing && frame >= total - 1) onFrame(0);
            onPlaying(!playing);
          }}
        >
          <Icon name={playing ? "freeze" : "play"} />
        </Button>
        <span className="tabular viewer-time">
          {(frame / fps).toFixed(1)} <span className="text-ink-3">of {clock(total / fps)}</span>
        </span>
        {props.lane}
        {film !== null && (
          <Choices
            label="What the screen shows"
            value={seen}
            choices={[
              { value: "board", title: "Storyboard" },
              { value: "film", title: "Film" },
            ]}
            onChange={onSeen}
            className="ml-auto"
          />
        )}
        {film !== null && made !== null && (
          <a className="viewer-file" href={fileAddress(film, made.name)} download={made.name} aria-label={`Download the film, ${bytes(made.bytes)}`}>
            <Icon name="download" size={18} />
            <span className="tabular">{bytes(made.bytes)}</span>
          </a>
        )}
      </div>
    </section>
  );
}

/** Pixels of the animatic's longer side: it is a sketch. */
const SKETCH = 960;

function Animatic({ board, layout, total, fps, shape, stills, frame, playing, onFrame, onPlaying }: ViewerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, height] = shape >= 1 ? [SKETCH, Math.round(SKETCH / shape)] : [Math.round(SKETCH * shape), SKETCH];

  useEffect(() => {
    const ground = canvas.current?.getContext("2d");
    if (ground) sketched(ground, { board, layout, fps, stills }, frame);
  }, [board, layout, fps, stills, frame, width, height]);

  const step = useEffectEvent((since: { at: number; frame: number }, now: number) => {
    const next = since.frame + ((now - since.at) / 1000) * fps;
    onFrame(Math.min(total - 1, next));
    if (next >= total - 1) onPlaying(false);
  });
  const where = useEffectEvent(() => frame);
  useEffect(() => {
    if (!playing) return;
    const since = { at: performance.now(), frame: where() };
    let asked = requestAnimationFrame(function each(now) {
      step(since, now);
      asked = requestAnimationFrame(each);
    });
    return () => cancelAnimationFrame(asked);
  }, [playing]);
  return <canvas ref={canvas} width={width} height={height} className="viewer-film" role="img" aria-label="The storyboard, played from its pictures" />;
}

interface Sketched {
  board: Board;
  layout: readonly Span[];
  fps: number;
  stills: Stills;
}

function sketched(ground: CanvasRenderingContext2D, { board, layout, fps, stills }: Sketched, frame: number): void {
  const lead = stills.get(LEAD);
  if (frame < (layout[0]?.start ?? 0) && lead !== undefined) return covering(ground, lead);
  const { index, at, passed } = momentAt(layout, Math.floor(frame));
  const paint = (number: number, frames: number) => {
    const shot = board.shots[number];
    return shot === undefined ? () => undefined : painting(shot, stills.get(shot.id), frames / fps);
  };
  const here = board.shots[index];
  const overlap = layout[index]?.overlap ?? 0;
  if (here === undefined) return;
  if (passed === null) paint(index, at)(ground);
  else drawn(ground, here.transition, passed, paint(index, at), paint(index + 1, at - ((layout[index]?.frames ?? 0) - overlap)));
}

function Film({ job, name, fps, total, frame, playing, onFrame, onPlaying }: ViewerProps & { job: Job; name: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    if (playing) void shown.play().catch(() => onPlaying(false));
    else shown.pause();
  }, [playing, onPlaying]);
  useEffect(() => {
    const shown = video.current;
    if (shown !== null && Math.abs(shown.currentTime * fps - frame) > fps / 4) shown.currentTime = frame / fps;
  }, [frame, fps]);
  return (
    <video
      ref={video}
      className="viewer-film"
      src={fileAddress(job, name)}
      playsInline
      aria-label={job.title}
      onTimeUpdate={({ currentTarget }) => playing && onFrame(Math.min(total - 1, currentTarget.currentTime * fps))}
      onEnded={() => onPlaying(false)}
      onClick={() => onPlaying(!playing)}
    />
  );
}
