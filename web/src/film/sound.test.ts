import { expect, it } from "vitest";
import { AS_IT_IS, heardAs, soundOf } from "./sound";

const song = { ...AS_IT_IS, given: { id: "s", name: "song.mp3", kind: "audio" as const }, offset: 2.5 };

it("asks for a sound only where it is not the clips' own", () => {
  expect(soundOf(AS_IT_IS)).toEqual({});
  expect(soundOf({ ...AS_IT_IS, clips: false })).toEqual({ sound: { clips: false } });
  expect(soundOf(song)).toEqual({ sound: { input: "s", offset: 2.5, clips: true } });
  expect(soundOf({ ...song, clips: false })).toEqual({ sound: { input: "s", offset: 2.5, clips: false } });
});

it("lets a clip fade out behind its end only where the film goes on from it", () => {
  const fading = { ...AS_IT_IS, fades: true };
  expect([soundOf(fading), soundOf(fading, true)]).toEqual([{}, { sound: { clips: true, tail: "fade" } }]);
  expect(soundOf({ ...fading, clips: false }, true)).toEqual({ sound: { clips: false } });
});

it("says what is heard", () => {
  expect([heardAs(AS_IT_IS, true), heardAs(AS_IT_IS, false), heardAs({ ...AS_IT_IS, clips: false }, true)]).toEqual(["As the clips", "No sound", "Silent"]);
  expect([heardAs(song, true), heardAs({ ...song, clips: false }, true)]).toEqual(["song.mp3, under the clips", "song.mp3"]);
});
