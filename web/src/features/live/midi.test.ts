import { describe, expect, it } from "vitest";
import { along, forgotten, taught, turned } from "./midi";

describe("MIDI", () => {
  it("reads a knob and a bend, and nothing else", () => {
    expect(turned([0xb2, 7, 127])).toEqual({ control: "3/7", value: 1 });
    expect(turned([0xe0, 0, 64])?.value).toBeCloseTo(0.5, 3);
    expect(turned([0x90, 60, 100])).toBeNull();
    expect(turned([])).toBeNull();
  });

  it("rests in the middle of a slider that goes both ways", () => {
    expect(along(64 / 127, { min: -2, max: 2 })).toBe(0);
    expect(along(1, { min: -2, max: 2 })).toBe(2);
    expect(along(0, { min: 0, max: 10 })).toBe(0);
  });

  it("gives each slider one knob", () => {
    const learnt = taught(taught({}, "1/7", "zoom"), "1/8", "zoom");
    expect(learnt).toEqual({ "1/8": "zoom" });
    expect(taught(learnt, "1/8", "turn")).toEqual({ "1/8": "turn" });
    expect(forgotten(learnt, "zoom")).toEqual({});
  });
});
