import { expect, it } from "vitest";
import { CROSSFADE, CUT, type Transition } from "./shot";
import { clock, crowded, longest, middleOf, momentAt, spans, total, whole } from "./timeline";

const scene = (duration: number, transition: Transition = CUT) => ({ duration, transition });
const over = (duration: number): Transition => ({ ...CROSSFADE, duration });

it("rounds halves to even, as Python does", () => {
  expect([0.5, 1.5, 2.5, 3.5, 2.4, 2.6].map(whole)).toEqual([0, 2, 2, 4, 2, 3]);
});

it("takes off what two scenes share, and nothing after the last", () => {
  const shots = [scene(3, over(0.5)), scene(2, over(1)), scene(4, over(2))];
  expect(total(shots, 24)).toBe(72 + 48 + 96 - 12 - 24);
  expect(spans(shots, 24)).toEqual([
    { start: 0, frames: 72, overlap: 12 },
    { start: 60, frames: 48, overlap: 24 },
    { start: 84, frames: 96, overlap: 0 },
  ]);
});

it("rounds scene by scene", () => {
  expect(total([scene(1 / 3), scene(1 / 3), scene(1 / 3)], 25)).toBe(24);
});

it("counts a cut as nothing, whatever its duration", () => {
  expect(total([scene(1, { ...CUT, duration: 5 }), scene(1)], 10)).toBe(20);
});

it("leaves a transition what its two scenes have left", () => {
  const shots = [scene(3, over(0.5)), scene(2, over(0.5)), scene(1)];
  expect(longest(shots, 0)).toBe(1.5);
  expect(longest(shots, 1)).toBe(1);
  expect(longest(shots, 2)).toBe(0);
  expect(crowded(shots)).toEqual([]);
  expect(crowded([scene(1, over(0.6)), scene(1, over(0.6)), scene(1)])).toEqual([1]);
});

it("knows what is shown when", () => {
  const layout = spans([scene(2, over(1)), scene(2)], 10);
  expect(momentAt(layout, 9)).toEqual({ index: 0, at: 9, passed: null });
  expect(momentAt(layout, 10)).toEqual({ index: 0, at: 10, passed: 1 / 11 });
  expect(momentAt(layout, 19)).toEqual({ index: 0, at: 19, passed: 10 / 11 });
  expect(momentAt(layout, 20)).toEqual({ index: 1, at: 10, passed: null });
  expect(momentAt([], 5)).toEqual({ index: 0, at: 0, passed: null });
});

it("says lengths as people do", () => {
  expect([12.5, 3, 75, 75.5, 60].map(clock)).toEqual(["12.5 s", "3 s", "1:15", "1:15.5", "1:00"]);
});

it("finds the frame that shows a scene alone, behind what the film goes on from", () => {
  const scenes = [scene(2, over(0.5)), scene(2, over(0.5)), scene(2)];
  const layout = spans(scenes, 24, 100);
  expect(layout.map(({ start }) => start)).toEqual([100, 136, 172]);
  expect([0, 1, 2].map((index) => middleOf(layout, index) - 100)).toEqual([18, 36 + 12 + 12, 72 + 12 + 18]);
  expect(middleOf(layout, 9)).toBe(0);
});
