import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Performance, choose, follow } from "./follow";
import { leftOver } from "./shape";

const studio = (job: Performance | null, newest: Performance | null) => ({ job: async () => job, newest: async () => newest });

describe("what an observer looks at", () => {
  it.each([
    ["mine", { id: "mine", state: "running" }, { id: "next", state: "running" }, "mine"],
    ["mine", { id: "mine", state: "failed" }, { id: "next", state: "running" }, "next"],
    ["mine", null, null, null],
    ["live", { id: "live", state: "running" }, { id: "next", state: "running" }, "next"],
  ])("asked for %s, of %o and %o", async (wanted, job, newest, expected) => {
    expect(await choose(wanted, studio(job, newest))).toBe(expected);
  });
});

describe("following", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("asks for ever while the studio is away, and shows what comes after what ended", async () => {
    let asked = 0;
    const away = { job: async () => null, newest: async () => (++asked < 20 ? Promise.reject(new Error("away")) : { id: `s${asked}`, state: "running" }) };
    const shown: string[] = [];
    const overs: (() => void)[] = [];
    const leave = follow("live", away, (id, _, over) => {
      shown.push(id);
      overs.push(over);
      return () => undefined;
    });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(shown).toEqual(["s20"]);
    overs[0]?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shown).toEqual(["s20", "s21"]);
    leave();
    overs[1]?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(21);
  });
});

it.each([
  [{ width: 512, height: 288 }, { width: 1440, height: 900 }, "nowhere"],
  [{ width: 512, height: 288 }, { width: 360, height: 780 }, "above"],
  [{ width: 256, height: 256 }, { width: 1440, height: 900 }, "beside"],
  [{ width: 0, height: 0 }, { width: 1440, height: 900 }, "nowhere"],
])("a picture of %o in a window of %o leaves room %s", (picture, window, left) => {
  expect(leftOver(picture, window)).toBe(left);
});
