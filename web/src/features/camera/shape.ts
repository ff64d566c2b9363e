/** The size that is painted: about as many pixels as a live model paints well, in the shape that comes in. */

const PIXELS = 256 * 256;
const MULTIPLE = 8;
const [LEAST, MOST] = [128, 512];

/** The width and height whose shape is nearest, with some regard for their number of pixels. */
export function shaped(width: number, height: number): [number, number] {
  const wanted = Math.min(MOST / LEAST, Math.max(LEAST / MOST, width / height || 1));
  let best: [number, number] = [256, 256];
  let least = Number.POSITIVE_INFINITY;
  for (let wide = LEAST; wide <= MOST; wide += MULTIPLE) {
    for (let high = LEAST; high <= MOST; high += MULTIPLE) {
      const off = 4 * Math.abs(Math.log(wide / high / wanted)) + 0.1 * Math.abs(Math.log((wide * high) / PIXELS));
      if (off < least) [least, best] = [off, [wide, high]];
    }
  }
  return best;
}
