import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listen } from "./events";

class Line {
  static newest: Line;
  static readonly CONNECTING = 0;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readyState = 1;

  constructor(readonly address: string) {
    Line.newest = this;
  }

  say(...ids: number[]) {
    for (const id of ids) this.onmessage?.({ data: JSON.stringify({ id, kind: "vitals", at: "" }) });
  }

  close() {
    this.readyState = 3;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("location", { protocol: "http:", host: "studio" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("tells a burst in one go, in order and nothing twice", () => {
  const heard: number[] = [];
  const leave = listen("a", ({ id }) => heard.push(id));
  Line.newest.say(1, 2, 2, 3);
  expect(heard).toEqual([]);
  vi.runOnlyPendingTimers();
  expect(heard).toEqual([1, 2, 3]);
  Line.newest.say(3, 4);
  vi.runOnlyPendingTimers();
  expect(heard).toEqual([1, 2, 3, 4]);
  leave();
});

it("goes on after what has come, told or not, when the line was lost", () => {
  const leave = listen("a", () => undefined);
  Line.newest.say(7);
  Line.newest.onclose?.({ code: 1006 });
  vi.runOnlyPendingTimers();
  expect(Line.newest.address).toContain("after=7");
  leave();
});

it("tells nothing more to who has left", () => {
  const heard: number[] = [];
  const leave = listen("a", ({ id }) => heard.push(id));
  Line.newest.say(1);
  leave();
  vi.runOnlyPendingTimers();
  expect(heard).toEqual([]);
});
