import { expect, it } from "vitest";
import { added, doubled, emptyBoard, moved, unwritten, without, withShot } from "./board";
import { shot } from "./shot";

const board = emptyBoard({ shots: ["a", "b", "c"].map((id) => shot(id, { id })) });
const order = ({ shots }: { shots: readonly { id: string }[] }) => shots.map(({ id }) => id).join("");

it("moves a scene and lets the others close up", () => {
  expect(order(moved(board, "a", 2))).toBe("bca");
  expect(order(moved(board, "c", 0))).toBe("cab");
  expect(order(moved(board, "b", 9))).toBe("acb");
  expect(order(moved(board, "b", -3))).toBe("bac");
  expect(moved(board, "nobody", 0)).toBe(board);
});

it("puts a new scene after another, lasting and passing on as that one does", () => {
  const slow = withShot(board, "a", { duration: 9, transition: { kind: "wipe", duration: 1, direction: "up", easing: "linear", color: "#000000" } });
  const next = added(slow, "a", shot("new", { id: "n" }));
  expect(order(next)).toBe("anbc");
  expect(next.shots[1]).toMatchObject({ duration: 9, transition: { kind: "wipe" }, prompt: "new" });
  expect(order(added(board, null, shot("", { id: "z" })))).toBe("abcz");
});

it("doubles a scene under an id of its own", () => {
  const { board: next, made } = doubled(board, "b");
  expect(next.shots.map(({ prompt }) => prompt)).toEqual(["a", "b", "b", "c"]);
  expect(next.shots[2]?.id).toBe(made);
  expect(made).not.toBe("b");
});

it("never is without a scene", () => {
  const one = without(without(board, "a"), "b");
  expect(order(one)).toBe("c");
  expect(without(one, "c").shots).toHaveLength(1);
  expect(unwritten(without(one, "c"))).toEqual([0]);
  expect(unwritten(board)).toEqual([]);
});
