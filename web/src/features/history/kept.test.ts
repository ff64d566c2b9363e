import { expect, it } from "vitest";
import type { Job } from "../../api/jobs";
import { asked, EVERYTHING, sorted, suits, weight } from "./kept";

const job = (rest: Partial<Job>): Job =>
  ({ title: "A reef at noon", live: false, state: "succeeded", favourite: false, files: [], spec: { scenes: [{ keyframes: [{ prompt: "shafts of light" }] }] }, ...rest }) as unknown as Job;

it("asks for no more than is sought", () => {
  expect(asked(EVERYTHING)).toEqual({});
  expect(asked({ words: " a reef ", kind: "performances", favourites: true })).toEqual({ q: "reef", live: true, favourite: true });
  expect(asked({ ...EVERYTHING, kind: "films" })).toEqual({ live: false });
});

it("finds by every word, in the title and in what was wished for", () => {
  const found = (words: string) => suits(job({}), { ...EVERYTHING, words });
  expect([found("REEF light"), found(""), found("reef moon")]).toEqual([true, true, false]);
  expect(suits(job({}), { ...EVERYTHING, favourites: true })).toBe(false);
  expect(suits(job({ live: true }), { ...EVERYTHING, kind: "films" })).toBe(false);
});

it("keeps what goes on apart from what is done", () => {
  const jobs = [job({ state: "running" }), job({}), job({ state: "queued" }), job({ state: "failed" })];
  expect(sorted(jobs).busy.map(({ state }) => state)).toEqual(["running", "queued"]);
  expect(sorted(jobs).done).toHaveLength(2);
});

it("weighs all files of a job", () => {
  expect(weight(job({ files: [{ name: "a", bytes: 3, kind: "film" }, { name: "b", bytes: 4, kind: "poster" }] }))).toBe(7);
});
