import { describe, expect, it } from "vitest";
import { along, height, path, summary, thinned, within } from "./curve";

const points = Array.from({ length: 10 }, (_, index) => ({ time: index, value: index / 10 }));
const whole = { least: 0, most: 1 };

describe("a value's height", () => {
  it.each([
    [0.25, whole, 0.25],
    [-1, whole, 0],
    [7, whole, 1],
    [Number.NaN, whole, 0],
    [0.001, { least: 0.00001, most: 0.1, logarithmic: true }, 0.5],
    [0, { least: 0.00001, most: 0.1, logarithmic: true }, 0],
  ])("%s on %o is %s", (value, scale, expected) => {
    expect(height(value, scale)).toBeCloseTo(expected);
  });
});

it("places moments from left to right", () => {
  expect([along(0, 10, 10), along(5, 10, 10), along(10, 10, 10)]).toEqual([0, 0.5, 1]);
});

it("keeps one point before the window, so that a line begins at its edge", () => {
  expect(within(points, 9, 3).map((point) => point.time)).toEqual([5, 6, 7, 8, 9]);
  expect(within(points, 100, 3)).toEqual([]);
});

it("draws means where there are more points than pixels", () => {
  expect(thinned(points, 5).map((point) => point.time)).toEqual([0.5, 2.5, 4.5, 6.5, 8.5]);
  expect(thinned(points, 10)).toBe(points);
});

it("leaves a gap open where nothing was measured", () => {
  const broken = [...points.slice(0, 2), ...points.slice(7)];
  expect(path(broken, whole, 9, 9, 90, 100)).toBe("M0.0 100.0L10.0 90.0M70.0 30.0L80.0 20.0L90.0 10.0");
});

it("tells least, most and newest in words' stead", () => {
  expect(summary(points)).toEqual({ least: 0, most: 0.9, now: 0.9 });
  expect(summary([])).toBeNull();
});
