import { describe, expect, it } from "vitest";
import { DEFAULTS, SETTINGS, after, held, wish } from "./settings";

describe("settings", () => {
  it("come back from the wish they make", () => {
    const moved = { ...DEFAULTS, change: 0.3, guidance: 4, zoom: -1.5, across: 0.25, down: -0.5, turn: 30 };
    const wishes = SETTINGS.map(({ name }) => wish(name, moved)).filter((one) => one !== null);
    const back = wishes.reduce(after, DEFAULTS);
    for (const { name } of SETTINGS) expect(back[name]).toBeCloseTo(moved[name]);
  });

  it("wish for motion as a whole, since a part would stop the rest", () => {
    expect(wish("turn", { ...DEFAULTS, zoom: 0, across: 0.1, turn: 5 })).toEqual({ motion: { zoom: 1, pan: [0.1, 0], rotate: 5 } });
  });

  it("read a motion that leaves out what is as usual", () => {
    expect(after(DEFAULTS, { motion: { rotate: 5 } as never })).toMatchObject({ zoom: 0, across: 0, turn: 5 });
  });

  it("make no wish of the blend time alone", () => {
    expect(wish("blend", DEFAULTS)).toBeNull();
  });

  it("stay within their range", () => {
    expect(held(3, { min: -2, max: 2 })).toBe(2);
    expect(held(-3, { min: -2, max: 2 })).toBe(-2);
  });

  it("read without a negative nothing", () => {
    expect(SETTINGS.find(({ name }) => name === "across")?.words(-0.001)).toBe("0 %/s");
  });
});
