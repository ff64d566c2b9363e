import { expect, it } from "vitest";
import { figure } from "./measures";
import { NOTHING, points, remember, wish } from "./record";

const vitals = (time: number) => ({ kind: "vitals", id: 0, time, brightness: 0.4 });

it("keeps vitals in order, each once, and no more than five minutes of them", () => {
  const times = [1, 2, 2, 1.5, 3];
  expect(times.reduce((record, time) => remember(record, vitals(time)), NOTHING).vitals.map((one) => one.time)).toEqual([1, 2, 3]);
  let record = NOTHING;
  for (let time = 0; time < 700; time++) record = remember(record, vitals(time));
  expect(record.vitals).toHaveLength(600);
});

it("begins anew where a session did", () => {
  const record = remember(remember(NOTHING, vitals(500)), vitals(1));
  expect(record.vitals.map((one) => one.time)).toEqual([1]);
});

it("writes a line for what happened, once, with its reason", () => {
  const spark = { kind: "spark", id: 7, at: "2026-01-01T00:00:00Z", time: 12, reason: "dark for 6 frames" };
  const record = [spark, spark, { kind: "progress", id: 8 }].reduce(remember, NOTHING);
  expect(record.lines).toEqual([{ id: 7, kind: "spark", at: spark.at, time: 12, words: "spark: dark for 6 frames" }]);
});

it("never goes back in time: what has no moment happened at the newest that is known", () => {
  const record = [vitals(38), { kind: "spark", id: 1, time: 39 }, { kind: "state", id: 2, state: "running" }].reduce(remember, NOTHING);
  expect(record.lines.map(({ time }) => time)).toEqual([39, 39]);
  expect(remember(NOTHING, { kind: "state", id: 1 }).lines[0]?.time).toBeNull();
});

it("draws no motion for a frame that nothing was before", () => {
  const record = [0, 1].map((frame) => ({ ...vitals(frame + 1), frame, motion: frame / 10 })).reduce(remember, NOTHING);
  expect(points(record, "motion")).toEqual([{ time: 2, value: 0.1 }]);
  expect(points(record, "brightness").map(({ time }) => time)).toEqual([1, 2]);
});

it.each([
  [{ time: 3, prompt: "rain", blend: 2, spark: false, strength: null, options: {} }, "“rain”, blend 2"],
  [{ strength: 0.45678, motion: { zoom: 1.2, pan: [0, 0] } }, "strength 0.457, motion zoom 1.2, pan 0,0"],
  [{ freeze: true }, "freeze on"],
  [{ freeze: false }, "freeze off"],
  [{ strength: 0 }, "strength 0"],
  [{}, "nothing"],
])("says of the wish %o: %s", (keyframe, words) => {
  expect(wish(keyframe)).toBe(words);
});

it.each([
  [0.4211, "0.42"],
  [0.00304, "0.0030"],
  [0.00006, "0.000060"],
  [0, "0"],
])("writes %s as %s", (value, words) => {
  expect(figure(value)).toBe(words);
});
