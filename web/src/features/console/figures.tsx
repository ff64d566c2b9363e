import { moment } from "../../wording";
import type { Vitals } from "./record";

interface Figure {
  title: string;
  /** What the figure is, for a pointer that rests on it and for a screen reader. */
  meaning: string;
  shown: (now: Vitals) => string;
}

const rate = (value: number) => (value > 0 ? value.toFixed(1) : "–");
const milliseconds = (value: number) => (value > 0 ? `${Math.round(value)} ms` : "–");

/** Three rates that are never mixed up, then how long a frame takes, then what it costs. */
const GROUPS: readonly (readonly Figure[])[] = [
  [
    { title: "model", meaning: "Frames a second of the network alone", shown: ({ fps }) => rate(fps.model) },
    { title: "new", meaning: "New frames a second through the whole loop", shown: ({ fps }) => rate(fps.new) },
    { title: "displayed", meaning: "Frames a second sent to the screen", shown: ({ fps }) => rate(fps.displayed) },
  ],
  [
    { title: "p50", meaning: "Half of all frames take less", shown: ({ latency }) => milliseconds(latency.p50) },
    { title: "p95", meaning: "19 frames of 20 take less", shown: ({ latency }) => milliseconds(latency.p95) },
    { title: "p99", meaning: "99 frames of 100 take less", shown: ({ latency }) => milliseconds(latency.p99) },
  ],
  [
    { title: "dropped", meaning: "Frames that some viewer did not get", shown: ({ drops }) => String(drops) },
    { title: "viewers", meaning: "Who watches now", shown: ({ viewers }) => String(viewers) },
    { title: "memory", meaning: "Memory of the studio", shown: (now) => `${Math.round(now.memory_mb)} MB` },
    { title: "at", meaning: "How long the dream has lasted", shown: (now) => moment(now.time) },
  ],
];

const NAMES = ["Frames a second", "Time of a frame", "Session"];

/** Numbers of the newest moment. */
export function Figures({ now }: { now: Vitals | undefined }) {
  return (
    <div className="figures">
      {GROUPS.map((group, index) => (
        <section key={NAMES[index]} className="figures-group" aria-label={NAMES[index]}>
          <h3>{NAMES[index]}</h3>
          <dl>
            {group.map((figure) => (
              <div key={figure.title} title={figure.meaning}>
                <dt>{figure.title}</dt>
                <dd>{now === undefined ? "–" : figure.shown(now)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
