import { expect, it } from "vitest";
import { shaped } from "./shape";

it.each([
  [1280, 720],
  [640, 480],
  [720, 1280],
  [500, 500],
  [2560, 1080],
])("%i x %i keeps its shape, in multiples of eight and about as many pixels as are painted well", (width, height) => {
  const [wide, high] = shaped(width, height);
  expect(Math.abs(wide / high / (width / height) - 1)).toBeLessThan(0.02);
  expect([wide % 8, high % 8]).toEqual([0, 0]);
  expect(wide * high).toBeGreaterThan(0.6 * 256 * 256);
  expect(wide * high).toBeLessThan(1.6 * 256 * 256);
});

it("stays within what is painted, however long and thin", () => {
  for (const [width, height] of [[4000, 20], [0, 0], [20, 4000]] as const) {
    const [wide, high] = shaped(width, height);
    expect(Math.max(wide, high)).toBeLessThanOrEqual(512);
    expect(Math.min(wide, high)).toBeGreaterThanOrEqual(128);
  }
});
