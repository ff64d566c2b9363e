import { describe, expect, it } from "vitest";
import { accent, apart, between, css, luminance, tint } from "./accent";

const picture = (...colours: [number, number, number][]) => new Uint8ClampedArray(colours.flatMap((colour) => [...colour, 255]));
/** Glass, 82 % of ground, over a white picture. */
const GLASS = [10, 10, 15].map((channel) => channel * 0.82 + 255 * 0.18);

describe("the accent", () => {
  it("takes the hue that most of the colour has", () => {
    const found = tint(picture([20, 40, 200], [30, 50, 220], [25, 45, 210], [200, 30, 30]));
    expect(apart(found?.hue ?? 0, 232)).toBeLessThan(10);
  });

  it("finds none in a grey picture", () => {
    expect(tint(picture([90, 90, 90], [200, 200, 200], [12, 12, 12]))).toBeNull();
  });

  it("joins reds on both sides of the circle", () => {
    const found = tint(picture([255, 8, 0], [255, 10, 0], [255, 5, 0]));
    expect(apart(found?.hue ?? 180, 2)).toBeLessThan(5);
  });

  it("can be read on glass over white, whatever its hue", () => {
    for (let hue = 0; hue < 360; hue += 5) {
      const light = luminance(accent({ hue, saturation: 1 }));
      expect((light + 0.05) / (luminance(GLASS) + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("can be read on its way from any hue to any other, and arrives", () => {
    for (let hue = 0; hue < 360; hue += 15) {
      for (let turn = 15; turn < 360; turn += 15) {
        const [from, to] = [accent({ hue, saturation: 1 }), accent({ hue: (hue + turn) % 360, saturation: 1 })];
        expect((luminance(between(from, to, 0.5)) + 0.05) / (luminance(GLASS) + 0.05)).toBeGreaterThanOrEqual(4.5);
        expect(css(between(from, to, 1))).toBe(css(to));
      }
    }
  });
});
