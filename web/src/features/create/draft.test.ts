import { expect, it } from "vitest";
import { missing, NEW, requestsOf, revive } from "./draft";

it("asks for several films with seeds that follow", () => {
  const asked = requestsOf({ ...NEW, prompt: "a reef", count: 3 }, 40);
  expect(asked.map(({ scenes }) => (scenes as { seed: number }[])[0]?.seed)).toEqual([40, 41, 42]);
  expect(asked[0]).toMatchObject({ kind: "film", preset: "draft", model: "worlds" });
});

it("sends what the way in gives, and nothing of another way", () => {
  const draft = { ...NEW, prompt: "a reef", image: { id: "i", name: "a.png", kind: "image" as const } };
  const scene = (way: "text" | "image") => (requestsOf({ ...draft, way })[0]?.["scenes"] as Record<string, unknown>[])[0];
  expect(scene("text")).not.toHaveProperty("image");
  expect(scene("image")).toMatchObject({ image: { input: "i" } });
});

it("goes on from a clip, or paints over it", () => {
  const draft = { ...NEW, prompt: "a reef", way: "video" as const, video: { id: "v", name: "a.mp4", kind: "video" as const } };
  expect(requestsOf(draft)[0]).toMatchObject({ extend: { input: "v" } });
  expect(requestsOf({ ...draft, deed: "repaint" })[0]).toMatchObject({ scenes: [{ clip: { input: "v" } }] });
  expect(requestsOf(draft)[0]).not.toHaveProperty("preset");
  const repainted = requestsOf({ ...draft, deed: "repaint" })[0];
  expect(repainted).not.toHaveProperty("extend");
  expect((repainted?.["scenes"] as object[])[0]).not.toHaveProperty("duration");
  expect(requestsOf({ ...draft, deed: "repaint", shape: "square" })[0]).toMatchObject({ preset: "square" });
});

it("is heard as it is to be, where it can be chosen", () => {
  const draft = { ...NEW, prompt: "a reef", video: { id: "v", name: "a.mp4", kind: "video" as const }, sound: { ...NEW.sound, clips: false } };
  const sound = (part: Partial<typeof draft>) => requestsOf({ ...draft, ...part })[0]?.["sound"];
  expect(sound({ way: "video", deed: "repaint" })).toEqual({ clips: false });
  expect(sound({ way: "video", deed: "extend" })).toEqual({ clips: false });
  expect(sound({ way: "text" })).toBeUndefined();
  expect(sound({ way: "text", sound: { clips: false, given: { id: "s", name: "s.mp3", kind: "audio" }, offset: 1, fades: true } })).toEqual({ input: "s", offset: 1, clips: true });
});

it("says what is missing", () => {
  expect(missing(NEW)).toBe("A few words are needed.");
  expect(missing({ ...NEW, way: "image", prompt: "x" })).toBe("Choose a picture first.");
  expect(missing({ ...NEW, prompt: "x" })).toBeNull();
});

it("revives what was kept by an older page", () => {
  expect(revive({ prompt: "a moon", seconds: "long", gone: 1 })).toEqual({ ...NEW, prompt: "a moon" });
});
