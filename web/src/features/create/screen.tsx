import clsx from "clsx";
import { type CSSProperties, useRef } from "react";
import { fileAddress, filmOf, isGoing, type Job } from "../../api/jobs";
import { uploadPicture } from "../../api/uploads";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Menu } from "../../components/menu";
import type { Given } from "../../film/shot";
import { bytes } from "../../wording";
import { Chooser } from "../making/chooser";
import { formsOf } from "../making/files";
import { Living } from "../making/living";
import { useDrop } from "../making/use_drop";
import { type Bringing, CLIPS, PICTURES, told } from "../making/use_upload";
import type { Way } from "./draft";

interface ScreenProps {
  way: Way;
  given: Given | null;
  job: Job | null;
  bringing: Bringing | null;
  problem: string | null;
  onFile: (file: File) => void;
  onTakeOut: () => void;
  onJob: (job: Job) => void;
  /** The film leaves the screen, which is free for the next. */
  onClear: () => void;
}

/** The picture: what was given, the film as it is made, the film; files may be dropped on it at any time. */
export function Screen({ way, given, job, bringing, problem, onFile, onTakeOut, onClear, onJob }: ScreenProps) {
  const { over, handlers } = useDrop(onFile);
  return (
    <section className={clsx("screen", over && "screen-over")} aria-label="Screen" style={{ "--shape": shapeOf(job, given) } as CSSProperties} {...handlers}>
      {job !== null ? <Shown job={job} onClear={onClear} onJob={onJob} /> : given !== null ? <GivenPicture given={given} onTakeOut={onTakeOut} /> : <Invitation way={way} onFile={onFile} />}
      {bringing !== null && (
        <div className="screen-note glass" role="status">
          <span className="truncate tabular">{told(bringing)}</span>
          <span className="screen-bar" style={{ transform: `scaleX(${bringing.share})` }} />
        </div>
      )}
      {problem !== null && bringing === null && (
        <p className="screen-note glass text-fail" role="alert">
          {problem}
        </p>
      )}
      {over && <p className="screen-drop">Let go to use it</p>}
    </section>
  );
}

/** Width by height of what is shown, so that it stands in no black bars; nothing taller than a phone's picture. */
function shapeOf(job: Job | null, given: Given | null): number {
  const { width = 16, height = 9 } = job?.spec ?? given ?? {};
  return Math.max(4 / 5, width / height);
}

function Shown({ job, onClear, onJob }: { job: Job; onClear: () => void; onJob: (job: Job) => void }) {
  const film = isGoing(job) ? null : filmOf(job);
  if (film === null) {
    return (
      <>
        <Living job={job} className="screen-picture" />
        {!isGoing(job) && <Corner onClear={onClear} />}
      </>
    );
  }
  return (
    <>
      <video key={film.name} className="screen-picture" src={fileAddress(job, film.name)} controls loop autoPlay muted playsInline aria-label={job.title} />
      <Corner onClear={onClear}>
        <a className="screen-file glass" href={fileAddress(job, film.name)} download={film.name}>
          <Icon name="download" size={18} />
          MP4 <span className="tabular text-ink-3">{bytes(film.bytes)}</span>
        </a>
        <Menu items={formsOf(job, onJob)}>
          <Button look="icon" className="glass" aria-label="Other files">
            <Icon name="menu" />
          </Button>
        </Menu>
      </Corner>
    </>
  );
}

function Corner({ onClear, children }: { onClear: () => void; children?: React.ReactNode }) {
  return (
    <div className="screen-corner">
      {children}
      <Button look="icon" className="glass" aria-label="Clear the screen" onClick={onClear}>
        <Icon name="close" />
      </Button>
    </div>
  );
}

function GivenPicture({ given, onTakeOut }: { given: Given; onTakeOut: () => void }) {
  return (
    <>
      <img className="screen-picture" src={uploadPicture(given)} alt={given.name} onError={({ currentTarget }) => currentTarget.setAttribute("data-empty", "true")} />
      <div className="screen-corner">
        <Button look="icon" className="glass" aria-label={`Take “${given.name}” out`} onClick={onTakeOut}>
          <Icon name="close" />
        </Button>
      </div>
      <p className="screen-caption">
        {given.kind === "image" ? "The film begins with exactly this picture." : given.name}
      </p>
    </>
  );
}

const INVITED: Record<Way, { picture: string; words: string; types: string; button: string | null }> = {
  text: { picture: "/api/presets/islands.jpg", words: "Write what the film shows, or drop a picture or a clip here.", types: `${PICTURES},${CLIPS}`, button: null },
  image: { picture: "/api/presets/islands.jpg", words: "Drop a picture here. JPEG, PNG or WebP.", types: PICTURES, button: "Choose a picture" },
  video: { picture: "/api/presets/islands.jpg", words: "Drop a clip here. MP4, MOV, AVI, MKV or WebM, up to 500 MB.", types: CLIPS, button: "Choose a clip" },
};

function Invitation({ way, onFile }: { way: Way; onFile: (file: File) => void }) {
  const chooser = useRef<HTMLInputElement>(null);
  const { picture, words, types, button } = INVITED[way];
  return (
    <>
      <img className="screen-picture screen-faint" src={picture} alt="" onError={({ currentTarget }) => currentTarget.remove()} />
      <div className="screen-invitation">
        <p>{words}</p>
        {button !== null && (
          <Button className="glass" onClick={() => chooser.current?.click()}>
            <Icon name={way === "image" ? "picture" : "clip"} />
            {button}
          </Button>
        )}
        <Chooser chooser={chooser} types={types} label="A file of yours" onFile={onFile} />
      </div>
    </>
  );
}
