import { useState } from "react";
import { Choices } from "../../components/choices";
import { Popover } from "../../components/popover";
import { Select } from "../../components/select";
import { Slider } from "../../components/slider";
import { EASINGS } from "../../film/easing";
import type { Direction, Transition } from "../../film/shot";
import { changed, DIRECTIONS, KINDS, kindOf } from "../../film/transitions";
import { Moving } from "./moving";
import type { Still } from "./stills";

interface JointProps {
  /** Between which scenes, counted from 1. */
  number: number;
  transition: Transition;
  /** Seconds that it may last. */
  longest: number;
  before: Still | undefined;
  after: Still | undefined;
  onChange: (transition: Transition) => void;
}

/** Milliseconds between the previews of one kind and the next. */
const RUNS_AHEAD = 230;

/** What stands between two scenes: how the first passes into the second, and the choice of it. */
export function Joint({ number, transition, longest, before, after, onChange }: JointProps) {
  const [open, setOpen] = useState(false);
  const [near, setNear] = useState(false);
  const { title } = kindOf(transition.kind);
  const words = transition.kind === "cut" ? title : `${title}, ${transition.duration} s`;
  const crowded = transition.kind !== "cut" && transition.duration > longest + 1e-9;
  return (
    <Popover
      label={`From scene ${number} to scene ${number + 1}`}
      open={open}
      onOpen={setOpen}
      trigger={
        <button
          type="button"
          className="joint"
          data-crowded={crowded}
          aria-label={`From scene ${number} to scene ${number + 1}: ${words}`}
          title={crowded ? `It lasts longer than its scenes have room for: ${longest} s at most` : words}
          onPointerEnter={() => setNear(true)}
          onPointerLeave={() => setNear(false)}
          onFocus={() => setNear(true)}
          onBlur={() => setNear(false)}
        >
          <Moving transition={transition} before={before} after={after} playing={near || open} width={96} height={54} className="joint-picture" />
          <span className="tabular">{transition.kind === "cut" ? "Cut" : `${Number(transition.duration.toFixed(2))} s`}</span>
        </button>
      }
    >
      <div className="picker">
        <ul className="picker-kinds">
          {KINDS.map((kind, place) => {
            const shown = kind.value === transition.kind ? transition : changed(transition, kind.value);
            return (
              <li key={kind.value}>
                <button type="button" className="picker-kind" aria-pressed={kind.value === transition.kind} onClick={() => onChange({ ...shown, duration: kind.value === "cut" ? shown.duration : Math.min(shown.duration, Math.max(longest, 0.1)) })}>
                  <Moving transition={shown} before={before} after={after} playing ahead={RUNS_AHEAD * place} width={160} height={90} />
                  <span>{kind.title}</span>
                </button>
              </li>
            );
          })}
        </ul>
        {transition.kind !== "cut" && <Details transition={transition} longest={longest} onChange={onChange} />}
      </div>
    </Popover>
  );
}

function Details({ transition, longest, onChange }: Pick<JointProps, "transition" | "longest" | "onChange">) {
  const { directions } = kindOf(transition.kind);
  const most = Math.max(0.1, Math.floor(longest * 20) / 20);
  return (
    <>
      <Slider label="Lasts" value={Math.min(transition.duration, most)} min={0.05} max={most} step={0.05} words={`${Number(transition.duration.toFixed(2))} s`} onChange={(duration) => onChange({ ...transition, duration })} />
      {directions.length > 0 && (
        <Choices
          label="Direction"
          value={transition.direction ?? directions[0] ?? "left"}
          choices={directions.map((value: Direction) => ({ value, title: DIRECTIONS[value], icon: value }))}
          onChange={(direction) => onChange({ ...transition, direction })}
        />
      )}
      <div className="picker-pair">
        <Select label="Speed" value={transition.easing} options={EASINGS} onChange={(easing) => onChange({ ...transition, easing: easing as Transition["easing"] })} />
        {transition.kind === "fade" && (
          <label className="picker-colour">
            <span>Through</span>
            <input type="color" value={transition.color} onChange={({ target }) => onChange({ ...transition, color: target.value })} />
          </label>
        )}
      </div>
    </>
  );
}
