import { expect, it } from "vitest";
import { pageAt } from "./pages";

it.each([
  ["/", "live", null],
  ["/films", "films", null],
  ["/camera", "camera", null],
  ["/films/", "films", null],
  ["/films/more", "live", null],
  ["/constructor", "live", null],
  ["/watch/live", "watch", "live"],
  ["/watch/a%20b/", "watch", "a b"],
  ["/watch/%E0", "watch", "%E0"],
  ["/watch/", "live", null],
])("at %s is %s", (path, name, of) => {
  expect(pageAt(path)).toEqual({ name, of });
});
