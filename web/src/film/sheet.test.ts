import { expect, it } from "vitest";
import { sheetOf, tileAt } from "./sheet";

it("is laid out as the studio lays it out", () => {
  expect(sheetOf(500)).toEqual({ columns: 5, rows: 5, count: 25 });
  expect(sheetOf(7)).toEqual({ columns: 3, rows: 3, count: 7 });
  expect(sheetOf(0)).toEqual({ columns: 1, rows: 1, count: 1 });
});

it("finds the picture of a moment, the last one at the end", () => {
  const sheet = sheetOf(500);
  expect(tileAt(sheet, 0, 1200, 675)).toEqual({ x: 0, y: 0, width: 240, height: 135 });
  expect(tileAt(sheet, 0.5, 1200, 675)).toMatchObject({ x: 480, y: 270 });
  expect(tileAt(sheet, 1, 1200, 675)).toMatchObject({ x: 960, y: 540 });
});
