import { expect, it } from "vitest";
import { emptyBoard } from "../../film/board";
import { shot } from "../../film/shot";
import { changed, dropped, nameOf, opened, revive, taken } from "./shelf";

it("is never without a storyboard", () => {
  expect(opened(revive(null)).shots).toHaveLength(1);
  const one = revive(null);
  expect(opened(dropped(one, one.open)).id).not.toBe(one.open);
});

it("is after a reload what it was", () => {
  const board = emptyBoard({ name: "Reef", shots: [shot("a reef"), shot("a moon")] });
  const shelf = taken(revive(null), board);
  expect(revive(JSON.parse(JSON.stringify(shelf)))).toEqual(shelf);
});

it("mends what an older page kept", () => {
  const shelf = revive({ open: "x", boards: [{ id: "y", shots: [{ id: "s", prompt: "a reef" }] }] });
  expect(opened(shelf)).toMatchObject({ id: "y", preset: "draft", shots: [{ id: "s", prompt: "a reef", duration: 3, transition: { kind: "crossfade" } }] });
});

it("changes the open one only, and names it by its first words", () => {
  const shelf = taken(revive(null), emptyBoard({ shots: [shot(""), shot(" a moon ")] }));
  const next = changed(shelf, (board) => ({ ...board, preset: "high" }));
  expect(next.boards.map(({ preset }) => preset)).toEqual(["high", "draft"]);
  expect(nameOf(opened(next))).toBe("a moon");
  expect(nameOf(emptyBoard())).toBe("A film without a name");
});
