import { Fragment, useEffect } from "react";
import { Icon } from "../../components/icon";
import { added, type Board, doubled, moved, placeOf, withShot } from "../../film/board";
import { anySeed } from "../../film/shot";
import { crowded, longest } from "../../film/timeline";
import { SceneCard } from "./card";
import { Joint } from "./joint";
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
  onPaint: (id: string) => void;
  onRemove: (id: string) => void;
}

/** The scenes in their order, and between them how one passes into the next. */
export function Strip({ board, stills, chosen, busy, onBoard, onChoose, onPaint, onRemove }: StripProps) {
  const { strip, held, handlers } = useOrder((id, to) => onBoard((before) => (placeOf(before, id) === to ? before : moved(before, id, to))));
  const tight = new Set(crowded(board.shots));
  useEffect(() => {
    if (held === null) strip.current?.querySelector(`[data-card="${chosen}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen, held, strip]);
  const move = (id: string, index: number, by: number) => onBoard((before) => moved(before, id, index + by));
  const add = () =>
    onBoard((before) => {
      const next = added(before, null);
      onChoose(next.shots.at(-1)?.id ?? "");
      return next;
    });
  return (
    <ul className="strip" ref={strip} aria-label="Scenes">
      {board.shots.map((shot, index) => (
        <Fragment key={shot.id}>
          <li>
            <SceneCard
              shot={shot}
              number={index + 1}
              still={stills.get(shot.id)}
              chosen={shot.id === chosen}
              held={shot.id === held}
              problem={tight.has(index) ? "Its transitions take longer than it lasts." : null}
              busy={busy.get(shot.id) ?? null}
              grip={handlers(shot.id)}
              onChoose={() => onChoose(shot.id)}
              onMove={(by) => move(shot.id, index, by)}
              onPaint={() => onPaint(shot.id)}
              onAnotherSeed={() => onBoard((before) => withShot(before, shot.id, { seed: anySeed() }))}
              onDouble={() =>
                onBoard((before) => {
                  const { board: next, made } = doubled(before, shot.id);
                  onChoose(made);
                  return next;
                })
              }
              onRemove={() => onRemove(shot.id)}
            />
          </li>
          {index < board.shots.length - 1 && (
            <li>
              <Joint
                number={index + 1}
                transition={shot.transition}
                longest={longest(board.shots, index)}
                before={stills.get(shot.id)}
                after={stills.get(board.shots[index + 1]?.id ?? "")}
                onChange={(transition) => onBoard((before) => withShot(before, shot.id, { transition }))}
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
