import { expect, it } from "vitest";
import type { RenderSpec } from "../api/schema";
import { emptyBoard } from "./board";
import { CUT, shot } from "./shot";
import { AS_IT_IS } from "./sound";
import { fingerprint, wishesOf, withOptions } from "./wishes";

const board = emptyBoard({
  preset: "high",
  options: { "wish/strength": 0.6, "wish/steps": null, "backends/worlds/deep": 4 },
  shots: [
    shot(" a reef ", { seed: 7, move: "still", title: { text: "One", style: "title" }, given: { id: "u1", name: "a.png", kind: "image" } }),
    shot("a moon", { seed: 8, move: "still", negative_prompt: "blur", transition: CUT, given: { id: "u2", name: "a.mp4", kind: "video" } }),
  ],
});

it("asks for what is written, and for no transition after the last scene", () => {
  expect(wishesOf(board)).toEqual({
    kind: "film",
    preset: "high",
    model: "worlds",
    strength: 0.6,
    scenes: [
      {
        prompt: "a reef",
        duration: 3,
        seed: 7,
        move: "still",
        image: { input: "u1" },
        title: { text: "One", style: "title" },
        transition: { kind: "crossfade", duration: 0.5, easing: "linear" },
      },
      { prompt: "a moon", negative_prompt: "blur", duration: 3, seed: 8, move: "still", clip: { input: "u2" } },
    ],
  });
});

it("goes on from a clip in that clip's own size and rate", () => {
  const sound = { ...AS_IT_IS, clips: false };
  expect(wishesOf({ ...board, sound })).toMatchObject({ preset: "high", sound: { clips: false } });
  const longer = wishesOf({ ...board, sound, extend: { id: "u3", name: "walk.mp4", kind: "video" } });
  expect(longer).toMatchObject({ extend: { input: "u3" }, sound: { clips: false } });
  expect(Object.keys(longer)).not.toContain("preset");
});

it("gives components their options where they are used", () => {
  const spec = { scenes: [{ backend: { name: "worlds", options: { fade: 2 } }, keyframes: [] }], filters: [{ name: "resize" }] } as unknown as RenderSpec;
  const made = withOptions(spec, { "backends/worlds/deep": 4, "backends/other/deep": 9, "filters/resize/kind": null });
  expect(made.scenes[0]?.backend).toEqual({ name: "worlds", options: { fade: 2, deep: 4 } });
  expect(made.filters).toEqual([{ name: "resize" }]);
});

it("tells storyboards apart, whatever the order of their options", () => {
  const wishes = wishesOf(board);
  expect(fingerprint(wishes, { a: 1, b: 2 })).toBe(fingerprint(wishes, { b: 2, a: 1 }));
  expect(fingerprint(wishes, {})).not.toBe(fingerprint({ ...wishes, model: "x" }, {}));
});
