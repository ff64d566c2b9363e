import { describe, expect, it } from "vitest";
import { header } from "./frame";

function message(frame: number, flags: number, time: number, bytes = 4): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(16 + bytes));
  view.setUint32(0, frame);
  view.setUint32(4, flags);
  view.setFloat64(8, time);
  return view.buffer;
}

describe("a frame's header", () => {
  it("is read as the studio writes it", () => {
    expect(header(message(150, 1 | 4, 12.5))).toEqual({ frame: 150, time: 12.5, held: true, interpolated: false, placeholder: true, spark: false, bytes: 16 });
    expect(header(message(1, 2 | 8, 0))).toMatchObject({ interpolated: true, spark: true, held: false });
  });

  it("is none where no picture follows", () => {
    expect(header(message(1, 0, 0, 0))).toBeNull();
    expect(header(new ArrayBuffer(3))).toBeNull();
  });
});
