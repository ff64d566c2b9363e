import clsx from "clsx";
import { type HTMLAttributes, type KeyboardEvent, useEffect, useRef } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Menu } from "../../components/menu";
import type { Shot } from "../../film/shot";
import { clock } from "../../film/timeline";
import { painting, type Still } from "./stills";

export interface CardDeeds {
  onChoose: () => void;
  onMove: (by: number) => void;
  onPaint: () => void;
  onAnotherSeed: () => void;
  onDouble: () => void;
  onRemove: () => void;
}

interface CardProps extends CardDeeds {
  shot: Shot;
  number: number;
  still: Still | undefined;
  chosen: boolean;
  held: boolean;
  /** What is wrong with it, or what is done to it just now. */
  problem: string | null;
  busy: string | null;
  grip: HTMLAttributes<HTMLButtonElement>;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -1000, End: 1000 };

/** A scene on the storyboard. */
export function SceneCard({ shot, number, still, chosen, held, problem, busy, grip, ...deeds }: CardProps) {
  const keyed = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    deeds.onMove(by);
  };
  return (
    <div className={clsx("scene", chosen && "scene-chosen", held && "scene-held")} data-card={shot.id}>
      <button type="button" className="scene-face" aria-pressed={chosen} aria-label={`Scene ${number}: ${shot.prompt || "no words yet"}`} onClick={deeds.onChoose}>
        <Thumb shot={shot} still={still} />
      </button>
      <span className="scene-number tabular" aria-hidden="true">
        {number}
      </span>
      <span className="scene-length tabular">{clock(shot.duration)}</span>
      {busy !== null && <span className="scene-busy">{busy}</span>}
      <p className="scene-words" title={shot.prompt}>
        {problem === null ? shot.prompt || <span className="text-ink-3">No words yet</span> : <span className="text-warn">{problem}</span>}
      </p>
      <div className="scene-deeds">
        <Button look="icon" className="scene-grip" aria-label={`Move scene ${number}`} aria-description="Arrow keys move it" title="Drag to move, or use the arrow keys" onKeyDown={keyed} {...grip}>
          <Icon name="grip" size={18} />
        </Button>
        <Button look="icon" className="ml-auto" aria-label={`Paint scene ${number} alone`} title="Paint this scene alone" onClick={deeds.onPaint}>
          <Icon name="create" size={18} />
        </Button>
        <Menu
          items={[
            { title: "Another seed", icon: "any", onChoose: deeds.onAnotherSeed },
            { title: "Duplicate", icon: "copy", onChoose: deeds.onDouble },
            { title: "Move earlier", icon: "left", onChoose: () => deeds.onMove(-1) },
            { title: "Move later", icon: "right", onChoose: () => deeds.onMove(1) },
            { title: "Remove", icon: "trash", onChoose: deeds.onRemove, apart: true },
          ]}
        >
          <Button look="icon" aria-label={`More for scene ${number}`}>
            <Icon name="menu" size={18} />
          </Button>
        </Menu>
      </div>
    </div>
  );
}

function Thumb({ shot, still }: { shot: Shot; still: Still | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const ground = canvas.current?.getContext("2d");
    if (!ground) return;
    if (still !== undefined) return painting({ ...shot, move: "still" }, still, 1)(ground);
    // Nothing is pretended: a scene without a picture has an empty frame.
    ground.clearRect(0, 0, ground.canvas.width, ground.canvas.height);
  }, [shot, still]);
  return <canvas ref={canvas} width={384} height={216} className="scene-thumb" data-empty={still === undefined} aria-hidden="true" />;
}
