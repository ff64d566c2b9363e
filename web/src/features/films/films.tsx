import { useEffect, useState } from "react";
import { isGoing } from "../../api/jobs";
import { complain, toast } from "../../components/toast";
import { useDraft } from "../../drafts";
import { type Board, emptyBoard, placeOf, shapeOf, unwritten, without, withShot } from "../../film/board";
import { shotId } from "../../film/shot";
import { crowded, momentAt, spans, total as totalOf } from "../../film/timeline";
import { fingerprint, wishesOf } from "../../film/wishes";
import { useJob } from "../../jobs/use_job";
import { Advanced } from "../making/advanced";
import { isBringing, ON_ITS_WAY } from "../making/use_upload";
import { Making } from "../making/making";
import { useComponents } from "../making/use_components";
import { useAsking } from "../making/use_making";
import { Bar } from "./bar";
import { exported, imported } from "./files";
import { Head } from "./head";
import { Inspector } from "./inspector";
import { Lane } from "./lane";
import { changed, dropped, nameOf, opened, revive, taken } from "./shelf";
import { useStills } from "./stills";
import { Strip } from "./strip";
import { useExtended } from "./use_extended";
import { useTakes } from "./use_takes";
import { type Seen, Viewer } from "./viewer";
import "./films.css";

/** A film of several scenes: its storyboard, its timeline, and the film itself. */
export function FilmsPage() {
  const [shelf, setShelf] = useDraft("films", revive);
  const board = opened(shelf);
  const { fps, width, height, lead } = shapeOf(board);
  const layout = spans(board.shots, fps, lead);
  const total = lead + totalOf(board.shots, fps);
  const [frame, setFrame] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [seen, setSeen] = useState<Seen>("film");
  const [advanced, setAdvanced] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { models } = useComponents();
  const { job, gone, put } = useJob(board.film);
  const film = gone ? null : job;

  const edit = (change: (before: Board) => Board) => setShelf((before) => changed(before, change));
  const chosen = board.shots.find(({ id }) => id === shelf.chosen) ?? board.shots[0];
  const choose = (id: string) => setShelf((before) => ({ ...before, chosen: id }));
  const { busy, unseen, paint, fresh } = useTakes(board, (id, made, sent) => edit((before) => ({ ...before, takes: { ...before.takes, [id]: { job: made, sent } } })));
  useExtended(board, edit);
  const stills = useStills(board, film, unseen, `${fresh} ${film?.state}`);
  const { ask, asking, problem } = useAsking((made, sent) => {
    put(made);
    setSeen("film");
    setPlaying(false);
    edit((before) => ({ ...before, film: made.id, sent }));
  });
  const now = fingerprint(wishesOf(board), board.options);
  const stale = board.sent !== null && board.sent !== now;

  useEffect(() => {
    setFrame(0);
    setPlaying(false);
    setTrouble(null);
  }, [board.id]);

  const seek = (to: number) => {
    setFrame(to);
    const shot = board.shots[momentAt(layout, to).index];
    if (shot !== undefined && shot.id !== chosen?.id) choose(shot.id);
  };
  const show = (id: string) => {
    choose(id);
    setPlaying(false);
    const span = layout[placeOf(board, id)];
    if (span !== undefined) setFrame(span.start + Math.floor(span.frames / 2));
  };
  const make = () => {
    if (isBringing()) return setTrouble(ON_ITS_WAY);
    const lacks = lacking(board);
    setTrouble(lacks?.words ?? null);
    if (lacks === null) void ask(wishesOf(board), board.options, nameOf(board));
    else choose(board.shots[lacks.index]?.id ?? "");
  };
  const take = (id: string) => {
    const index = placeOf(board, id);
    if (unwritten(board).includes(index)) setTrouble(`Scene ${index + 1} has no words yet.`);
    else void paint(id);
  };
  const removeShot = (id: string) => {
    const before = board;
    edit((now) => without(now, id));
    toast(`Scene ${placeOf(board, id) + 1} is removed.`, { action: "Undo", onAction: () => edit(() => before), seconds: 10 });
  };
  const drop = () => {
    const before = shelf;
    setShelf(dropped(shelf, board.id));
    toast(`“${nameOf(board)}” is deleted.`, { action: "Undo", onAction: () => setShelf(before), seconds: 10 });
  };

  return (
    <main className="films">
      <Head
        board={board}
        others={shelf.boards.filter(({ id }) => id !== board.id)}
        total={total}
        fps={fps}
        models={models}
        making={asking}
        onChange={(change) => edit((before) => ({ ...before, ...change }))}
        onMake={make}
        onNew={() => setShelf((before) => taken(before, emptyBoard({ preset: board.preset, model: board.model })))}
        onOpen={(id) => setShelf((before) => ({ ...before, open: id, chosen: null }))}
        onDuplicate={() => setShelf((before) => taken(before, { ...board, id: shotId(), name: `${nameOf(board)}, again`, film: null, sent: null }))}
        onDrop={drop}
        onImport={(file) => imported(file).then((read) => setShelf((before) => taken(before, read)), complain)}
        onExport={(way) => void exported(board, way).catch(complain)}
        onAdvanced={() => setAdvanced(true)}
      />
      <div className="films-screen">
        <Viewer
          board={board}
          layout={layout}
          total={total}
          fps={fps}
          shape={width / height}
          stills={stills}
          film={film}
          seen={film === null ? "board" : seen}
          onSeen={setSeen}
          frame={Math.min(frame, Math.max(0, total - 1))}
          playing={playing}
          onFrame={setFrame}
          onPlaying={setPlaying}
          lane={<Lane board={board} onHeard={(sound) => edit((before) => ({ ...before, sound }))} />}
        />
        {film !== null && film.state !== "succeeded" && <Making job={film} onJob={put} />}
        <p className="films-note" role={(problem ?? trouble) === null ? "status" : "alert"} data-fail={(problem ?? trouble) !== null}>
          {problem ?? trouble ?? (film !== null && stale && !isGoing(film) ? "The storyboard has changed since: making it again paints only what is new." : null)}
        </p>
      </div>
      {chosen !== undefined && (
        <Inspector
          key={chosen.id}
          shot={chosen}
          number={placeOf(board, chosen.id) + 1}
          fps={fps}
          onChange={(change) => edit((before) => withShot(before, chosen.id, change))}
          onPaint={() => take(chosen.id)}
        />
      )}
      <div className="films-board">
        <Strip board={board} stills={stills} chosen={chosen?.id ?? null} busy={busy} onBoard={edit} onChoose={show} onAdded={choose} onPaint={take} onRemove={removeShot} />
        <Bar board={board} layout={layout} total={total} fps={fps} frame={Math.min(frame, total)} chosen={chosen?.id ?? null} onSeek={seek} />
      </div>
      <Advanced open={advanced} onClose={() => setAdvanced(false)} model={board.model} options={board.options} onChange={(options) => edit((before) => ({ ...before, options }))} />
    </main>
  );
}

/** What a storyboard lacks before a film can be made of it, and which scene. */
function lacking(board: Board): { words: string; index: number } | null {
  const [empty] = unwritten(board);
  if (empty !== undefined) return { words: `Scene ${empty + 1} has no words yet.`, index: empty };
  const [tight] = crowded(board.shots);
  return tight === undefined ? null : { words: `The transitions of scene ${tight + 1} take longer than it lasts: shorten them, or lengthen the scene.`, index: tight };
}
