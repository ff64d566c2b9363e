import { expect, it } from "vitest";
import type { Job } from "../../api/types";
import { begun } from "../live/session";
import { remembers, shownSize, wishesOf } from "./wishes";

const job = (filters: object[], options: object = {}) =>
  ({
    title: "a garden",
    state: "running",
    spec: {
      width: 328,
      height: 184,
      filters,
      correctors: [{ name: "memory" }],
      scenes: [{ keyframes: [{ prompt: "a garden", strength: 0.25 }], source: { name: "mailbox", options } }],
    },
  }) as unknown as Job;

it("goes on in the size that is shown, not the one that is painted", () => {
  const resized = job([{ name: "interpolate" }, { name: "resize", options: { width: 384, height: 216 } }]);
  expect(shownSize(resized)).toEqual({ width: 384, height: 216 });
  expect(shownSize(job([]))).toEqual({ width: 328, height: 184 });
  expect(wishesOf(resized, begun(resized, 2)).size).toEqual([384, 216]);
});

it("keeps its memory and what comes in as they were, unless another memory is wished", () => {
  const kept = job([], { keep: true });
  expect(remembers(kept)).toBe(true);
  expect(wishesOf(kept, begun(kept, 2))).toMatchObject({ prompt: "a garden", memory: true, keep_input: true, strength: 0.25 });
  expect(wishesOf(kept, begun(kept, 2), false).memory).toBe(false);
});
