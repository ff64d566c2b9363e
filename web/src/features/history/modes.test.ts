import { expect, it } from "vitest";
import { REPLAY, UNCHANGED, WAYS, request, sizes } from "./modes";

const remaster = WAYS[1] ?? REPLAY;

it("sends only what is wanted otherwise", () => {
  expect(request(remaster, UNCHANGED)).toEqual({ mode: "remaster" });
  expect(request(remaster, { size: "1024x576", rate: "24", steps: "4", model: "worlds" })).toEqual({
    mode: "remaster",
    width: 1024,
    height: 576,
    paint_fps: 24,
    steps: 4,
    model: "worlds",
  });
});

it("replays nothing but what was", () => {
  expect(request(REPLAY, { ...UNCHANGED, size: "1024x576" })).toEqual({ mode: "replay" });
});

it("offers sizes of the same shape that a model can paint", () => {
  expect(sizes(512, 288).map((size) => size.value)).toEqual(["", "768x432", "1024x576", "1536x864", "2048x1152"]);
  expect(sizes(1920, 1080).map((size) => size.value)).toEqual([""]);
});
