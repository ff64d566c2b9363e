import { useEffect, useMemo, useState } from "react";
import { listen } from "../../api/events";
import type { RenderSpec } from "../../api/schema";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Chart, type Mark } from "./chart";
import { Figures } from "./figures";
import { Log } from "./log";
import { DEFAULT_THRESHOLDS, MEASURES } from "./measures";
import { NOTHING, type Remembered, points, remember } from "./record";
import "./console.css";

/** Seconds from edge to edge of a chart. */
const SPAN = 120;

interface ConsoleProps {
  jobId: string;
  /** The session's document, for its own thresholds. */
  spec?: RenderSpec | undefined;
  onClose: () => void;
}

/** How the dream does, for one session (its key where it is shown): four measures, what was done about it, how fast it comes, and what happened. */
export function Console({ jobId, spec, onClose }: ConsoleProps) {
  const record = useRecord(jobId);
  const thresholds = { ...DEFAULT_THRESHOLDS, ...spec?.vitality?.thresholds };
  const now = record.vitals.at(-1);
  const end = now?.time ?? SPAN;
  const marks = useMemo(() => marked(record, end), [record, end]);
  return (
    <section className="console" aria-label="Console">
      <header>
        <h2>Console</h2>
        <Legend />
        <Button look="icon" className="ml-auto" onClick={onClose} aria-label="Close the console">
          <Icon name="close" />
        </Button>
      </header>
      <div className="console-charts">
        {MEASURES.map((measure) => (
          <Chart
            key={measure.name}
            measure={measure}
            limits={measure.limits(thresholds)}
            points={points(record, measure.name)}
            marks={marks}
            end={end}
            span={SPAN}
          />
        ))}
      </div>
      <Figures now={now} />
      <Log lines={record.lines} />
    </section>
  );
}

function Legend() {
  return (
    <p className="console-legend" aria-hidden="true">
      <span data-kind="spark">spark</span>
      <span data-kind="reroll">reroll</span>
      <span data-kind="keyframe">gesture</span>
      <span data-kind="limit">dying beyond</span>
      <span>last two minutes</span>
    </p>
  );
}

function marked(record: Remembered, end: number): Mark[] {
  return record.lines.flatMap(({ kind, time }) =>
    time !== null && time > end - SPAN && (kind === "spark" || kind === "reroll" || kind === "keyframe") ? [{ kind, time }] : [],
  );
}

function useRecord(jobId: string): Remembered {
  const [record, setRecord] = useState(NOTHING);
  useEffect(() => listen(jobId, (event) => setRecord((before) => remember(before, event))), [jobId]);
  return record;
}
