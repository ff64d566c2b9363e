import { describe, expect, it } from "vitest";
import { FIRST, SLOTS, parsed, place, set, written } from "./bank";

describe("the bank", () => {
  it("is the same after being shared", () => {
    const bank = set(FIRST, 3, "  a door in the sea ");
    expect(parsed(written(bank))).toEqual(bank);
    expect(bank[3]).toBe("a door in the sea");
  });

  it("has nine places, whatever a file holds", () => {
    expect(parsed('["one"]')).toHaveLength(SLOTS);
    expect(parsed(JSON.stringify(Array.from({ length: 30 }, () => "one")))).toHaveLength(SLOTS);
  });

  it.each(["", "{", "[]", '{"prompts": 3}', '{"prompts": [1]}', "null"])("refuses %j in words", (text) => {
    expect(() => parsed(text)).toThrow("holds no bank");
  });

  it("finds a place: where the prompt is, then where nothing is", () => {
    expect(place(["a", "", "b"], "b")).toBe(2);
    expect(place(["a", "", "b"], "c")).toBe(1);
    expect(place(["a", "b"], "c")).toBeNull();
  });
});
