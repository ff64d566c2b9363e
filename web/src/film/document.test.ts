import { expect, it } from "vitest";
import { emptyBoard } from "./board";
import { boardFrom, toJson, toYaml, Unreadable } from "./document";
import { CROSSFADE, shot } from "./shot";

const board = emptyBoard({
  name: "Reef",
  preset: "high",
  sound: { clips: false, given: { id: "u9", name: "the sound", kind: "audio" }, offset: 1.5, fades: false },
  shots: [
    shot("a reef: noon, #1", { seed: 7, move: "left", title: { text: "One", style: "caption" }, transition: { ...CROSSFADE, kind: "wipe", direction: "up", duration: 0.75, easing: "ease-in" } }),
    shot("a face", { seed: 9, given: { id: "u1", name: "the picture", kind: "image" } }),
    shot("a walk", { seed: 9, given: { id: "j1/film.mp4", name: "the clip", kind: "video", picture: "/api/jobs/j1/preview.jpg" } }),
    shot("a moon", { seed: 8, move: "still", negative_prompt: "blur", duration: 2.5 }),
  ],
});
const telling = ({ name, preset, model, shots, sound }: typeof board) => ({
  name,
  sound,
  preset,
  model,
  shots: shots.map(({ transition, ...rest }, index) => ({ ...rest, id: null, transition: index === shots.length - 1 ? null : transition })),
});

it.each(["yaml", "json"] as const)("is the same storyboard after it was written as %s and read", async (way) => {
  const read = await boardFrom(way === "yaml" ? await toYaml(board) : toJson(board), `reef.${way}`);
  expect(telling(read)).toEqual(telling(board));
});

it("reads the studio's whole document", async () => {
  const spec = {
    version: 1,
    width: 1280,
    height: 720,
    scenes: [
      { keyframes: [{ time: 0, prompt: "a reef", motion: { zoom: 1, pan: [0.05, 0], rotate: 0 } }], duration: 4, seed: 3, backend: { name: "worlds" }, transition: { kind: "fade", duration: 1, color: "#ffffff" } },
      { keyframes: [{ time: 0, prompt: "a moon" }], duration: 2, backend: { name: "worlds" } },
    ],
  };
  const read = await boardFrom(JSON.stringify(spec), "spec.json");
  expect(read).toMatchObject({ preset: "standard", model: "worlds", name: "spec" });
  expect(read.shots[0]).toMatchObject({ prompt: "a reef", duration: 4, seed: 3, move: "right", transition: { kind: "fade", color: "#ffffff" } });
  expect(read.shots).toHaveLength(2);
});

it("finds what a whole document begins with, and what it sounds like", async () => {
  const scene = (name: string, id: string) => ({ keyframes: [{ time: 0, prompt: name }], duration: 2, backend: { name: "worlds" }, source: { name, options: { path: { input: id } } } });
  const read = await boardFrom(JSON.stringify({ width: 64, height: 48, sound: { input: "s1", offset: 2, clips: true }, scenes: [scene("image", "u1"), scene("video", "u2"), scene("feedback", "u3")] }), "spec.json");
  expect(read.shots.map(({ given }) => given && [given.kind, given.id])).toEqual([["image", "u1"], ["video", "u2"], null]);
  expect(read.sound).toMatchObject({ clips: true, offset: 2, given: { id: "s1" } });
  expect(read.extend).toBeNull();
  const longer = await boardFrom(JSON.stringify({ scenes: [scene("tail", "u4")] }), "spec.json");
  expect(longer.extend).toMatchObject({ id: "u4", kind: "video" });
  expect(longer.shots[0]?.given).toBeNull();
});

it("takes words alone for scenes", async () => {
  const read = await boardFrom("- a reef\n- a moon\n", "two.yaml");
  expect(read.shots.map(({ prompt }) => prompt)).toEqual(["a reef", "a moon"]);
});

it.each([
  ["scenes: []", "has no scenes"],
  ["scenes: [{prompt: a, transition: melt}]", "unknown transition, “melt”: use cut"],
  ["scenes: [{prompt: a, duration: -1}]", "lasts -1 s"],
  ["scenes: [[1]]", "Scene 1 is neither"],
  ["a: [", "can't be read"],
  ["scenes:\n" + "- x\n".repeat(1001), "1000 at most"],
])("says what is wrong with %s", async (words, problem) => {
  const failed = boardFrom(words, "film.yaml");
  await expect(failed).rejects.toThrow(Unreadable);
  await expect(failed).rejects.toThrow(problem);
});
