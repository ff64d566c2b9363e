import { expect, it } from "vitest";
import { ago, bytes, gibibytes, lasting, moment } from "./wording";

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [48_300_000, "48.3 MB"],
  [512_000, "512 kB"],
  [3e15, "3000 TB"],
])("%s bytes are %s", (count, words) => expect(bytes(count)).toBe(words));

it("counts memory in powers of two", () => {
  expect([gibibytes(8 * 2 ** 30), gibibytes(5.13 * 2 ** 30), gibibytes(812 * 2 ** 20)]).toEqual(["8 GiB", "5.1 GiB", "812 MiB"]);
});

it.each([
  [0, "0 s"],
  [95, "1 min 35 s"],
  [120, "2 min"],
  [4021, "1 h 7 min"],
  [90_000, "1 d 1 h"],
])("%s seconds last %s", (seconds, words) => expect(lasting(seconds)).toBe(words));

it.each([
  [75.4, "1:15"],
  [3661, "1:01:01"],
  [-1, "0:00"],
])("the moment %s is %s", (seconds, words) => expect(moment(seconds)).toBe(words));

it("tells when something was from now", () => {
  const now = new Date(2026, 2, 10, 20, 0);
  const told = [10, 61, 125 * 60, 14 * 3600, 30 * 3600].map((seconds) => ago(new Date(now.getTime() - seconds * 1000).toISOString(), now));
  expect(told.slice(0, 3)).toEqual(["just now", "1 minute ago", "2 hours ago"]);
  expect(told[3]).toMatch(/^today at /);
  expect(told[4]).toMatch(/^yesterday at /);
  expect(ago("never", now)).toBe("");
});
