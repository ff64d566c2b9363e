/** Storyboards that are being written, kept in the browser. */

import { patched } from "../../drafts";
import { type Board, emptyBoard } from "../../film/board";
import { AS_IT_IS } from "../../film/sound";
import { CROSSFADE, type Shot, shot, type Transition } from "../../film/shot";

export interface Shelf {
  /** The one that is open. */
  open: string;
  boards: Board[];
  /** The scene whose fields are shown. */
  chosen: string | null;
}

/** Boards that are kept at most; the oldest goes first, since a browser has not much room. */
const MOST = 40;

export function revive(kept: unknown): Shelf {
  const found = patched<Shelf>({ open: "", boards: [], chosen: null }, kept);
  const boards = found.boards.map(revivedBoard);
  const first = boards[0] ?? emptyBoard();
  return boards.length === 0
    ? { open: first.id, boards: [first], chosen: first.shots[0]?.id ?? null }
    : { ...found, boards, open: boards.some(({ id }) => id === found.open) ? found.open : first.id };
}

function revivedBoard(kept: unknown): Board {
  const board = patched(emptyBoard(), kept);
  const shots = board.shots.map((one) => {
    const whole = patched<Shot>(shot(), one);
    return { ...whole, transition: patched<Transition>(CROSSFADE, whole.transition) };
  });
  return { ...board, sound: patched(AS_IT_IS, board.sound), shots: shots.length > 0 ? shots : [shot()] };
}

export function opened(shelf: Shelf): Board {
  return shelf.boards.find(({ id }) => id === shelf.open) ?? (shelf.boards[0] as Board);
}

/** The open one in another state. */
export function changed(shelf: Shelf, change: (board: Board) => Board): Shelf {
  return { ...shelf, boards: shelf.boards.map((board) => (board.id === shelf.open ? change(board) : board)) };
}

/** One more, which is opened. */
export function taken(shelf: Shelf, board: Board): Shelf {
  return { open: board.id, boards: [board, ...shelf.boards].slice(0, MOST), chosen: board.shots[0]?.id ?? null };
}

export function dropped(shelf: Shelf, id: string): Shelf {
  const boards = shelf.boards.filter((board) => board.id !== id);
  const next = boards[0] ?? emptyBoard();
  return { open: next.id, boards: boards.length > 0 ? boards : [next], chosen: next.shots[0]?.id ?? null };
}

/** What it is called where nobody has named it. */
export function nameOf(board: Pick<Board, "name" | "shots">): string {
  return board.name.trim() || board.shots.find(({ prompt }) => prompt.trim() !== "")?.prompt.trim() || "A film without a name";
}
