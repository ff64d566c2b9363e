/** The colour of a dream: its most saturated dominant hue, held to AA contrast on glass over anything. */

export interface Tint {
  /** Degrees. */
  hue: number;
  /** 0 to 1. */
  saturation: number;
}

const BINS = 36;
/** Below this share of colour a picture is grey, and has no hue to take. */
const GREY = 0.06;
/** AA for words: 4.5 to 1 against glass over a white picture, whose luminance is 0.0372. */
const LEAST_LUMINANCE = 4.55 * (0.0372 + 0.05) - 0.05;

/** The dominant hue of RGBA pixels, where the more saturated count more; null where there is none. */
export function tint(pixels: Uint8ClampedArray): Tint | null {
  const weights = new Float64Array(BINS);
  const turns = Array.from({ length: BINS }, () => ({ x: 0, y: 0, saturation: 0 }));
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const { hue, chroma, saturation } = coloured(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
    const bin = Math.min(BINS - 1, Math.floor((hue / 360) * BINS));
    const [turn, weight] = [turns[bin], chroma * saturation];
    if (turn === undefined || weight === 0) continue;
    weights[bin] = (weights[bin] ?? 0) + weight;
    turn.x += weight * Math.cos((hue / 180) * Math.PI);
    turn.y += weight * Math.sin((hue / 180) * Math.PI);
    turn.saturation += weight * saturation;
  }
  const best = weights.indexOf(Math.max(...weights));
  const [turn, weight] = [turns[best], weights[best] ?? 0];
  if (turn === undefined || weight / (pixels.length / 4) < GREY * GREY) return null;
  const hue = (Math.atan2(turn.y, turn.x) / Math.PI) * 180;
  return { hue: (hue + 360) % 360, saturation: turn.saturation / weight };
}

function coloured(red: number, green: number, blue: number): { hue: number; chroma: number; saturation: number } {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const chroma = most - least;
  if (chroma === 0) return { hue: 0, chroma: 0, saturation: 0 };
  const sector = most === red ? ((green - blue) / chroma + 6) % 6 : most === green ? (blue - red) / chroma + 2 : (red - green) / chroma + 4;
  return { hue: sector * 60, chroma: chroma / 255, saturation: chroma / most };
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** A colour of that hue, as light as it must be to be read on glass. */
export function accent({ hue, saturation }: Tint): Colour {
  const rich = 0.45 + 0.4 * Math.min(1, saturation);
  let lightness = 0.62;
  while (lightness < 0.95 && luminance(rgb(hue, rich, lightness)) < LEAST_LUMINANCE) lightness += 0.01;
  return rgb(hue, rich, lightness);
}

/** A colour on the way from one accent (share 0) to another (1); halfway two can be darker than both, and are lifted. */
export function between(one: Colour, other: Colour, share: number): Colour {
  const mixed = (lift: number): Colour => {
    const channel = (at: 0 | 1 | 2) => {
      const plain = one[at] + (other[at] - one[at]) * share;
      return plain + (255 - plain) * lift;
    };
    return [channel(0), channel(1), channel(2)];
  };
  let lift = 0;
  while (lift < 1 && luminance(mixed(lift)) < LEAST_LUMINANCE) lift += 0.01;
  return mixed(lift);
}

/** A colour as CSS has it. */
export function css(colour: Colour): string {
  return `rgb(${colour.map(Math.round).join(" ")})`;
}

/** Relative luminance of an sRGB colour, as WCAG 2 has it; channels are 0 to 255. */
export function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function rgb(hue: number, saturation: number, lightness: number): [number, number, number] {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const turn = (offset + hue / 30) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** How far two hues are apart, in degrees. */
export function apart(one: number, other: number): number {
  return Math.abs(((one - other + 540) % 360) - 180);
}
