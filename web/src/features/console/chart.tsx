import { type Limit, type Measure, figure } from "./measures";
import { type Point, along, height, path, summary, thinned, within } from "./curve";

/** Units of the drawing; it is stretched to whatever room there is. */
const WIDE = 300;
const TALL = 64;

export interface Mark {
  time: number;
  kind: "spark" | "reroll" | "keyframe";
}

interface ChartProps {
  measure: Measure;
  limits: readonly Limit[];
  points: readonly Point[];
  marks: readonly Mark[];
  /** The dream's newest second, at the right edge. */
  end: number;
  /** Seconds from edge to edge. */
  span: number;
}

/** One measure over the last minutes, what it must not cross, and when a spark was lit. */
export function Chart({ measure, limits, points, marks, end, span }: ChartProps) {
  const shown = within(points, end, span);
  const seen = summary(shown);
  const ill = seen === null ? undefined : limits.find((limit) => crossed(limit, seen.now));
  return (
    <figure className="chart" data-ill={ill !== undefined}>
      <figcaption className="chart-head">
        <span>{measure.title}</span>
        <span className="chart-word">{ill?.word}</span>
        <output className="chart-now">{seen === null ? "–" : figure(seen.now)}</output>
      </figcaption>
      <svg viewBox={`0 0 ${WIDE} ${TALL}`} preserveAspectRatio="none" role="img" aria-label={told(measure, limits, seen)}>
        {marks.map((mark) => (
          <Stroke key={`${mark.kind}${mark.time}`} kind={mark.kind} x={along(mark.time, end, span) * WIDE} />
        ))}
        {limits.map((limit) => (
          <Forbidden key={limit.word} limit={limit} measure={measure} />
        ))}
        <path className="chart-line" d={path(thinned(shown, 240), measure.scale, end, span, WIDE, TALL)} vectorEffect="non-scaling-stroke" />
      </svg>
    </figure>
  );
}

function Stroke({ kind, x }: { kind: Mark["kind"]; x: number }) {
  return <line className={`chart-mark chart-${kind}`} x1={x} x2={x} y1={0} y2={TALL} vectorEffect="non-scaling-stroke" />;
}

/** The side of a limit where a picture is dying, and the limit itself as a dashed line. */
function Forbidden({ limit, measure }: { limit: Limit; measure: Measure }) {
  const y = (1 - height(limit.value, measure.scale)) * TALL;
  const [top, tall] = limit.side === "under" ? [y, TALL - y] : [0, y];
  return (
    <>
      <rect className="chart-forbidden" x={0} y={top} width={WIDE} height={tall} />
      <line className="chart-limit" x1={0} x2={WIDE} y1={y} y2={y} vectorEffect="non-scaling-stroke" />
    </>
  );
}

function crossed(limit: Limit, value: number): boolean {
  return limit.judged !== false && (limit.side === "under" ? value < limit.value : value > limit.value);
}

function told(measure: Measure, limits: readonly Limit[], seen: ReturnType<typeof summary>): string {
  if (seen === null) return `${measure.title}: nothing measured yet`;
  const bounds = limits.map((limit) => `${limit.word} ${limit.side} ${figure(limit.value)}`).join(", ");
  return `${measure.title} ${figure(seen.now)}, between ${figure(seen.least)} and ${figure(seen.most)} of late; ${bounds}`;
}
