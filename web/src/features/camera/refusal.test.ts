import { expect, it } from "vitest";
import { insecure, refusal } from "./refusal";

const named = (name: string) => new DOMException("", name);

it.each([
  ["NotAllowedError", "Allow it"],
  ["NotFoundError", "no camera"],
  ["NotReadableError", "busy"],
])("a camera's %s is told with the next step", (name, words) => {
  expect(refusal("camera", named(name))).toContain(words);
});

it("says what a browser says where nothing better is known", () => {
  expect(refusal("camera", new Error("on fire"))).toBe("The camera can't be had: on fire");
  expect(refusal("screen", 7)).toContain("does not say why");
});

it("names the page that is not secure", () => expect(insecure("studio.lan:8000")).toContain("studio.lan:8000"));
