import { worry } from "./facts";

interface MeterProps {
  title: string;
  /** 0 to 100, null where the machine does not say. */
  percent: number | null;
  detail: string;
  /** Whether being full is a reason to worry: a busy processor is none. */
  judged?: boolean;
  worried?: ReturnType<typeof worry>;
}

/** How much of something is in use: a number, a bar, and what it is of. */
export function Meter({ title, percent, detail, judged = false, worried }: MeterProps) {
  const whole = percent === null ? null : Math.round(percent);
  const state = worried ?? (judged ? worry(whole) : "ok");
  return (
    <div className="meter" data-state={state}>
      <div className="meter-head">
        <span>{title}</span>
        <output>{whole === null ? "–" : `${whole} %`}</output>
      </div>
      <div className="meter-bar" role="meter" aria-label={title} aria-valuemin={0} aria-valuemax={100} aria-valuenow={whole ?? 0} aria-valuetext={whole === null ? "unknown" : `${whole} %, ${detail}`}>
        <span style={{ transform: `scaleX(${(whole ?? 0) / 100})` }} />
      </div>
      <p>{detail}</p>
    </div>
  );
}
