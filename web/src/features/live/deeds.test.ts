import { describe, expect, it } from "vitest";
import type { StudioEvent } from "../../api/events";
import { type Deed, added, deed, span } from "./deeds";

const event = (kind: string, told: object): StudioEvent => ({ id: 1, kind, at: "", ...told });
const wished = (keyframe: object, time = 1) => deed(event("keyframe", { keyframe, time, frame: Math.round(time * 12) }), 0);

describe("deeds", () => {
  it("say what a wish was, at its frame", () => {
    expect(wished({ prompt: "a reef", blend: 2 }, 2)).toEqual({ kind: "prompt", words: "a reef", time: 2, until: 2, frame: 24 });
    expect(wished({ freeze: true })?.words).toBe("Freeze");
    expect(wished({ strength: 0.4 })?.words).toBe("Change 40 %");
    expect(wished({ spark: true })?.kind).toBe("spark");
  });

  it("leave out what is none", () => {
    expect(deed(event("vitals", { time: 2 }), 2)).toBeNull();
    expect(wished({ blend: 1 })).toBeNull();
  });

  it("draw the moves of one slider as one gesture", () => {
    const moves = [1, 1.2, 2].map((time) => wished({ strength: time / 10 }, time) as Deed);
    expect(moves.reduce<readonly Deed[]>(added, [])).toMatchObject([{ time: 1, until: 2, words: "Change 20 %" }]);
    expect(added([moves[0] as Deed], wished({ motion: {} }, 1.1) as Deed)).toHaveLength(2);
    expect(added([moves[0] as Deed], wished({ strength: 0.9 }, 5) as Deed)).toHaveLength(2);
  });

  it("fill the strip, then pass along it", () => {
    expect(span(10)).toEqual({ from: 0, to: 60 });
    expect(span(300)).toEqual({ from: 0, to: 300 });
    expect(span(3600)).toEqual({ from: 3000, to: 3600 });
  });
});
