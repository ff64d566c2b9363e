import { expect, it } from "vitest";
import type { Job } from "../api/jobs";
import { delivered, doing, left, percent, sceneOf } from "./words";
import { ordered } from "./use_queue";

it("says 100 only when the film is there", () => {
  expect(percent({ state: "running", progress: 1 })).toBe(99);
  expect(percent({ state: "succeeded", progress: 1 })).toBe(100);
  expect(percent({ state: "running", progress: 0.419 })).toBe(41);
});

it("says what is done and how long it takes", () => {
  expect(doing({ state: "running", phase: "joining" })).toBe("Joining the scenes");
  expect(doing({ state: "running", phase: "sewing" })).toBe("Sewing");
  expect(doing({ state: "queued", phase: "painting" })).toBe("Waits its turn");
  expect(left({ state: "running", time_left: 250 })).toBe("4 min 10 s left");
  expect([left({ state: "running", time_left: null }), left({ state: "queued", time_left: 9 })]).toEqual([null, null]);
});

it("says how large a film will be, not how large it is painted", () => {
  const filters = [{ name: "interpolate", options: {} }, { name: "upscale", options: { scale: 2 } }, { name: "resize", options: { width: 1920, height: 1080 } }];
  expect(delivered({ width: 1280, height: 720, filters })).toEqual([1920, 1080]);
  expect(delivered({ width: 1280, height: 720, filters: filters.slice(0, 2) })).toEqual([2560, 1440]);
  expect(delivered({ width: 1280, height: 720, filters: [] })).toEqual([1280, 720]);
});

it("finds the scene that a unit is of", () => {
  const scenes = [{ id: "reef" }, { id: "scene-2" }, {}];
  expect(["reef/paint", "scene-2/finish", "scene-3/paint", "join"].map((key) => sceneOf(key, scenes))).toEqual([0, 1, 2, null]);
});

it("shows what runs before what waits, first come first", () => {
  const job = (id: string, state: string, created_at: string) => ({ id, state, created_at }) as Job;
  const jobs = [job("c", "queued", "3"), job("b", "queued", "2"), job("a", "running", "4"), job("x", "failed", "1")];
  expect(ordered(jobs).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});
