/** From measures to lines: pure functions, so that a chart is a few words of SVG. */

export interface Scale {
  /** What is drawn at the bottom and at the top. */
  least: number;
  most: number;
  /** True where each step up means so many times more. */
  logarithmic?: boolean;
}

export interface Point {
  /** Seconds of the dream. */
  time: number;
  value: number;
}

/** Where a value stands between bottom 0 and top 1; what lies outside is held at the edge. */
export function height(value: number, scale: Scale): number {
  const at = (one: number) => (scale.logarithmic ? Math.log(Math.max(one, Number.MIN_VALUE)) : one);
  const share = (at(value) - at(scale.least)) / (at(scale.most) - at(scale.least));
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** Where a moment stands in a window of `span` seconds that ends at `end`: left 0, right 1. */
export function along(time: number, end: number, span: number): number {
  return 1 - (end - time) / span;
}

/** The points of the last `span` seconds, with one before them so that the line begins at the edge. */
export function within(points: readonly Point[], end: number, span: number): readonly Point[] {
  const first = points.findIndex((point) => point.time >= end - span);
  return first < 0 ? [] : points.slice(Math.max(0, first - 1));
}

/** Means of `most` equal stretches where there are more points than that: a line needs no more than its pixels. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const size = points.length / most;
  return Array.from({ length: most }, (_, index) => mean(points.slice(index * size, (index + 1) * size)));
}

function mean(points: readonly Point[]): Point {
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0) / points.length;
  return { time: sum((point) => point.time), value: sum((point) => point.value) };
}

/** The `d` of an SVG path through the points, in a box of `width` by `tall`; a gap of over 3 seconds is left open. */
export function path(points: readonly Point[], scale: Scale, end: number, span: number, width: number, tall: number): string {
  let before = -Infinity;
  return points
    .map((point) => {
      const verb = point.time - before > 3 ? "M" : "L";
      before = point.time;
      const x = along(point.time, end, span) * width;
      const y = (1 - height(point.value, scale)) * tall;
      return `${verb}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

/** Least, most and newest of the points, for a chart told in words. */
export function summary(points: readonly Point[]): { least: number; most: number; now: number } | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  const values = points.map((point) => point.value);
  return { least: Math.min(...values), most: Math.max(...values), now: last.value };
}
