import { expect, it } from "vitest";
import { fieldsOf, said, wrong } from "./options";

const SCHEMA = {
  description: "How frames grow.\n\n`kind` says how\nthey grow; `sharpen` (0..2) how much an edge is raised. `path` is a file.",
  properties: {
    kind: { enum: ["lanczos", "cubic"], default: "lanczos", type: "string" },
    sharpen: { type: "number", minimum: 0, maximum: 2, default: 0.35 },
    steps: { anyOf: [{ type: "integer", minimum: 1, maximum: 8 }, { type: "null" }], default: null },
    on: { type: "boolean", default: true },
    device: { type: "string", pattern: "^cpu$" },
    deep: { type: "number", exclusiveMinimum: 1 },
    sort: { $ref: "#/$defs/Sort" },
    path: { type: "string" },
    many: { type: "array" },
  },
  $defs: { Sort: { enum: ["a", "b"] } },
};
const fields = Object.fromEntries(fieldsOf(SCHEMA).map((field) => [field.name, field]));

it("makes a field of each option, and none of paths and lists", () => {
  expect(Object.entries(fields).map(([name, { kind }]) => `${name}:${kind}`)).toEqual([
    "kind:choice",
    "sharpen:number",
    "steps:number",
    "on:switch",
    "device:text",
    "deep:number",
    "sort:choice",
  ]);
  expect(fields["steps"]).toMatchObject({ whole: true, minimum: 1, maximum: 8, fallback: null });
});

it("lets the schema speak for each", () => {
  expect(fields["sharpen"]?.words).toBe("(0..2) how much an edge is raised.");
  const both = "`sharpen` and `soften` are the most that is added; `deep` is how large it grows, `fade` the seconds it takes.";
  expect(["sharpen", "soften", "deep", "fade"].map((name) => said(both, name))).toEqual([
    "The most that is added.",
    "The most that is added.",
    "How large it grows.",
    "The seconds it takes.",
  ]);
  expect(said("Nothing of it.", "kind")).toBe("");
});

it("says what is wrong with a value", () => {
  const { steps, deep, kind } = fields;
  if (!steps || !deep || !kind) throw new Error("a field is missing");
  expect(wrong(steps, 9)).toBe("Use 1 to 8.");
  expect(wrong(steps, 2.5)).toBe("A whole number is needed.");
  expect(wrong(deep, 0)).toBe("Use 1 or more.");
  expect([wrong(steps, null), wrong(steps, 8), wrong(kind, "cubic")]).toEqual([null, null, null]);
});
