import { describe, expect, it } from "vitest";
import { KEYS, asked } from "./keys";

const press = (key: string, held: object = {}) => asked({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe("keys", () => {
  it("know the bank's places and the deeds", () => {
    expect(press("1")).toBe(0);
    expect(press("9")).toBe(8);
    expect(press("0")).toBeNull();
    expect(press("S")).toBe("spark");
    expect(press(" ")).toBe("freeze");
    expect(press("?")).toBe("help");
  });

  it("leave the browser's own alone", () => {
    expect(press("r", { ctrlKey: true })).toBeNull();
    expect(press("f", { metaKey: true })).toBeNull();
  });

  it("find the console where the backquote is a dead key", () => {
    expect(asked({ key: "Dead", code: "Backquote", ctrlKey: false, metaKey: false, altKey: false })).toBe("console");
  });

  it("have one meaning each", () => {
    const all = KEYS.flatMap(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
  });
});
