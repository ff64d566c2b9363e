import { describe, expect, it } from "vitest";
import type { StudioEvent } from "../../api/events";
import type { Job } from "../../api/types";
import { begun, matters, told } from "./session";

const JOB = {
  id: "a",
  title: "a reef",
  live: true,
  state: "running",
  phase: "",
  error: null,
  spec: { scenes: [{ keyframes: [{ time: 0, prompt: "a reef", strength: 0.6, motion: { zoom: 2, pan: [0, 0], rotate: 0 } }] }] },
  live_state: { state: "running", prompt: "a forest", frame: 100, time: 300, frozen: true, recording: true, viewers: 1 },
} as unknown as Job;

const event = (kind: string, more: object): StudioEvent => ({ id: 1, kind, at: "", ...more });

describe("a session", () => {
  it("begins as its job is", () => {
    const session = begun(JOB, 3);
    expect(session).toMatchObject({ prompt: "a forest", frozen: true, recording: true, ended: false });
    expect(session.settings).toMatchObject({ change: 0.6, zoom: 1, blend: 3 });
    expect(session.deeds).toHaveLength(1);
  });

  it("follows every wish, whoever made it", () => {
    const wish = { prompt: "a city", strength: 0.2, freeze: false, motion: { rotate: 9 } };
    const session = told(begun(JOB, 3), event("keyframe", { keyframe: wish, time: 4, frame: 40 }));
    expect(session).toMatchObject({ prompt: "a city", frozen: false, time: 4 });
    expect(session.settings).toMatchObject({ change: 0.2, zoom: 0, turn: 9 });
  });

  it("puts a recording where it was begun, though the event has no moment of its own", () => {
    const before = told(begun(JOB, 3), event("vitals", { time: 12.5 }));
    const session = told(before, event("recording", { on: true }));
    expect(session).toMatchObject({ recording: true, recordingSince: 12.5 });
    expect(session.deeds.at(-1)).toMatchObject({ kind: "recording", time: 12.5 });
  });

  it("is not touched by its pulse, and by everything that is done", () => {
    expect(matters(event("vitals", { time: 12.5 }))).toBe(false);
    expect(matters(event("progress", { progress: 0.5 }))).toBe(false);
    expect([event("keyframe", { keyframe: {} }), event("spark", {}), event("state", {}), event("recording", { on: false }), event("file", { name: "snapshot-1.png" })].every(matters)).toBe(true);
  });

  it("ends with its reason", () => {
    const session = told(begun(JOB, 3), event("state", { state: "failed", phase: "", error: "The model broke." }));
    expect(session).toMatchObject({ ended: true, error: "The model broke." });
  });
});
