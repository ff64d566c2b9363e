import { expect, it } from "vitest";
import { patched } from "./drafts";

const WHOLE = { prompt: "", seconds: 4, given: null as null | { id: string }, shots: [1] };

it("takes what was kept, and what is missing or of another type from the whole", () => {
  expect(patched(WHOLE, { prompt: "reef", seconds: "many", given: { id: "x" }, shots: {}, older: 1 })).toEqual({
    prompt: "reef",
    seconds: 4,
    given: { id: "x" },
    shots: [1],
  });
});

it.each([null, undefined, 7, "text"])("is whole where nothing was kept: %s", (kept) => {
  expect(patched(WHOLE, kept)).toEqual(WHOLE);
});
