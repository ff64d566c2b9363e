import { expect, it } from "vitest";
import { telling } from "./telling";

const shown = (frame: number) => ({ frame, time: frame / 10, placeholder: false });

it("keeps the newest word, and tells those who listen until they leave", () => {
  const told = telling();
  let heard = 0;
  const leave = told.subscribe(() => heard++);
  expect(told.newest()).toBeNull();
  told.tell(shown(1));
  told.tell(shown(2));
  leave();
  told.tell(shown(3));
  expect(heard).toBe(2);
  expect(told.newest()?.frame).toBe(3);
});
