import { memo, useMemo } from "react";
import { Tip } from "../../components/tip";
import { moment } from "../../wording";
import { type Deed, span } from "./deeds";
import { type Telling, useTold } from "./telling";

interface StripProps {
  deeds: readonly Deed[];
  told: Telling;
  /** The present, while no picture tells it. */
  otherwise: number;
  recordingSince: number | null;
  /** A prompt that was sent is wished for again. */
  onPrompt: (prompt: string) => void;
}

/** What was done when: every gesture at its exact frame, the present at the right. */
export const Strip = memo(function Strip({ deeds, told, otherwise, recordingSince, onPrompt }: StripProps) {
  const now = useTold(told, (shown) => shown?.time ?? otherwise);
  const { from, to } = span(now);
  /** In widths of the strip, which is what its styles count by. */
  const place = (time: number) => ((Math.min(Math.max(time, from), to) - from) / (to - from)) * 100;
  const visible = useMemo(() => deeds.filter((deed) => deed.until >= from), [deeds, from]);
  const prompts = visible.filter(({ kind }) => kind === "prompt");
  return (
    <section aria-label="What was done when" className="live-strip">
      <output className="live-clock" aria-label="Time of the dream">
        {moment(now)}
      </output>
      <ol className="live-track">
        <li aria-hidden="true" className="live-past" style={{ width: `${place(now)}cqw` }} />
        {recordingSince !== null && <li aria-hidden="true" className="live-recorded" style={{ left: `${place(recordingSince)}cqw`, width: `${place(now) - place(recordingSince)}cqw` }} />}
        {visible.map((deed) => {
          const next = prompts[prompts.indexOf(deed) + 1];
          return (
            <Tick
              key={`${deed.kind}-${deed.frame}-${deed.words}`}
              deed={deed}
              left={place(deed.time)}
              width={place(deed.until) - place(deed.time)}
              room={deed.kind === "prompt" ? place(next?.time ?? to) - place(deed.time) : null}
              onPrompt={onPrompt}
            />
          );
        })}
        <li aria-hidden="true" className="live-head" style={{ left: `${place(now)}cqw` }} />
      </ol>
    </section>
  );
});

interface TickProps {
  deed: Deed;
  /** Hundredths of the strip's width. */
  left: number;
  width: number;
  /** How far a prompt's words may go, null where none are shown. */
  room: number | null;
  onPrompt: (prompt: string) => void;
}

function Tick({ deed, left, width, room, onPrompt }: TickProps) {
  const said = `${deed.words}, at ${moment(deed.time)}, frame ${deed.frame}`;
  const again = deed.kind === "prompt" ? () => onPrompt(deed.words) : undefined;
  return (
    <li className="live-tick" data-kind={deed.kind} style={{ left: `${left}cqw`, ["--long" as string]: `${width}cqw` }}>
      <Tip words={deed.words} hint={`${moment(deed.time)} · ${deed.frame}`}>
        {again ? (
          <button type="button" aria-label={`Again: ${said}`} onClick={again}>
            {/* Where a word or two has no room, none is begun. */}
            {room !== null && <span style={{ maxWidth: `min(${room}cqw - 14px, max(0px, (${room}cqw - 5rem) * 1000))` }}>{deed.words}</span>}
          </button>
        ) : (
          <span role="img" aria-label={said} className="live-mark" />
        )}
      </Tip>
    </li>
  );
}
