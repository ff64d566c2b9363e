import { describe, expect, it } from "vitest";
import { NOTHING, gone, sent, shown } from "./recall";

const three = ["one", "two", "three"].reduce(sent, NOTHING);

describe("earlier prompts", () => {
  it("come back newest first, and what was being written last of all", () => {
    const back = gone(three, 1, "a dra");
    expect(shown(back)).toBe("three");
    expect(shown(gone(back, 1, "three"))).toBe("two");
    expect(shown(gone(back, -1, "three"))).toBe("a dra");
  });

  it("end at the oldest", () => {
    expect(shown(gone(gone(three, 10, ""), 10, "one"))).toBe("one");
  });

  it("keep a prompt once, as the newest", () => {
    expect(sent(three, "one").earlier).toEqual(["two", "three", "one"]);
  });

  it("are none where nothing was sent", () => {
    expect(shown(gone(NOTHING, 1, "words"))).toBe("words");
  });
});
