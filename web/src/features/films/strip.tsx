import { Fragment, useEffect } from "react";
import { Icon } from "../../components/icon";
import { added, type Board, doubled, moved, placeOf, withShot } from "../../film/board";
import { anySeed, shot } from "../../film/shot";
import { crowded, longest } from "../../film/timeline";
import { SceneCard } from "./card";
import { Joint } from "./joint";
import { Lead } from "./lead";
import type { Stills } from "./stills";
import { useOrder } from "./use_order";

interface StripProps {
  board: Board;
  stills: Stills;
  chosen: string | null;
  /** What is done to scenes just now, by their ids. */
  busy: ReadonlyMap<string, string>;
  onBoard: (change: (board: Board) => Board) => void;
  onChoose: (id: string) => void;
  /** A scene has come: its fields are to be shown. */
  onAdded: (id: string) => void;
  onPaint: (id: string) => void;
  onRemove: (id: string) => void;
}

/** The scenes in their order, and between them how one passes into the next. */
export function Strip({ board, stills, chosen, busy, onBoard, onChoose, onAdded, onPaint, onRemove }: StripProps) {
  const { strip, held, handlers } = useOrder((id, to) => onBoard((before) => (placeOf(before, id) === to ? before : moved(before, id, to))));
  const tight = new Set(crowded(board.shots));
  useEffect(() => {
    if (held === null) strip.current?.querySelector(`[data-card="${chosen}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen, held, strip]);
  const move = (id: string, index: number, by: number) => onBoard((before) => moved(before, id, index + by));
  const add = () => {
    const made = shot();
    onBoard((before) => added(before, null, made));
    onAdded(made.id);
  };
  const double = (id: string) => {
    const { board: next, made } = doubled(board, id);
    onBoard(() => next);
    onAdded(made);
  };
  return (
    <ul className="strip" ref={strip} aria-label="Scenes">
      <li>
        <Lead extend={board.extend} onExtend={(extend) => onBoard((before) => ({ ...before, extend }))} />
      </li>
      {board.shots.map((one, index) => (
        <Fragment key={one.id}>
          <li>
            <SceneCard
              shot={one}
              number={index + 1}
              still={stills.get(one.id)}
              chosen={one.id === chosen}
              held={one.id === held}
              problem={tight.has(index) ? "Its transitions take longer than it lasts." : null}
              busy={busy.get(one.id) ?? null}
              grip={handlers(one.id)}
              onChoose={() => onChoose(one.id)}
              onMove={(by) => move(one.id, index, by)}
              onPaint={() => onPaint(one.id)}
              onAnotherSeed={() => onBoard((before) => withShot(before, one.id, { seed: anySeed() }))}
              onDouble={() => double(one.id)}
              onRemove={() => onRemove(one.id)}
            />
          </li>
          {index < board.shots.length - 1 && (
            <li>
              <Joint
                number={index + 1}
                transition={one.transition}
                longest={longest(board.shots, index)}
                before={stills.get(one.id)}
                after={stills.get(board.shots[index + 1]?.id ?? "")}
                onChange={(transition) => onBoard((before) => withShot(before, one.id, { transition }))}
              />
            </li>
          )}
        </Fragment>
      ))}
      <li>
        <button type="button" className="strip-add" onClick={add}>
          <Icon name="plus" size={24} />
          Add a scene
        </button>
      </li>
    </ul>
  );
}
