import { describe, expect, it } from "vitest";
import type { Receipt, Wish } from "../../api/types";
import { merged, steering } from "./steering";

const receipt = { frame: 1, time: 0.1 } as Receipt;

describe("steering", () => {
  it("merges wishes, the later field by field", () => {
    expect(merged({ prompt: "a", blend: 2, strength: 0.1 }, { strength: 0.5 })).toEqual({ prompt: "a", blend: 2, strength: 0.5, spark: false });
    expect(merged({ spark: true }, { freeze: true })).toEqual({ spark: true, freeze: true });
  });

  it("has one wish under way, and sends the newest of those that waited", async () => {
    const sent: Wish[] = [];
    let free = () => {};
    const steer = steering({
      send: (wish) => {
        sent.push(wish);
        return new Promise((done) => (free = () => done(receipt)));
      },
      onProblem: () => undefined,
    });
    for (const strength of [0.1, 0.2, 0.3, 0.4]) steer.wish({ strength });
    expect(sent).toEqual([{ strength: 0.1 }]);
    free();
    await expect.poll(() => sent.length).toBe(2);
    expect(sent[1]?.strength).toBe(0.4);
  });

  it("tells of a refusal, and goes on", async () => {
    const problems: unknown[] = [];
    let sent = 0;
    const steer = steering({
      send: () => (sent++ === 0 ? Promise.reject(new Error("no")) : Promise.resolve(receipt)),
      onProblem: (problem) => problems.push(problem),
    });
    steer.wish({ strength: 2 });
    await expect.poll(() => problems.length).toBe(1);
    steer.wish({ strength: 1 });
    await expect.poll(() => sent).toBe(2);
    expect(problems).toHaveLength(1);
  });
});
