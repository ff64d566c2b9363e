import { expect, it } from "vitest";
import { eased } from "./easing";
import { across, noise, radius, uncovered } from "./fields";

it("has nothing of the next picture at first, and all of it at last", () => {
  for (const order of [0, 0.3, 1]) {
    expect(uncovered(order, 0, 0.5)).toBe(0);
    expect(uncovered(order, 1, 0.5)).toBe(1);
  }
});

it("begins where it should", () => {
  const { values, width, height } = across("right");
  expect(values[0]).toBeLessThan(values[width - 1] ?? 0);
  const up = across("up").values;
  expect(up[0]).toBeGreaterThan(up[(height - 1) * width] ?? 1);
  const middle = (height / 2) * width + width / 2;
  expect(radius(true, 16, 9).values[middle]).toBeLessThan(0.02);
  expect(radius(false, 16, 9).values[middle]).toBeGreaterThan(0.98);
});

it("uncovers as much by noise as time has gone", () => {
  const { values } = noise();
  for (const share of [0.25, 0.5, 0.75]) expect(values.filter((value) => value < share).length / values.length).toBeCloseTo(share, 2);
  expect(noise().values).toEqual(values);
});

it("eases by the studio's curves", () => {
  expect((["linear", "ease-in", "ease-out", "ease-in-out"] as const).map((easing) => eased(easing, 0.25))).toEqual([0.25, 0.0625, 0.4375, 0.15625]);
  expect([eased("ease-out", -1), eased("ease-in", 2)]).toEqual([0, 1]);
});
