import { useEffect, useState } from "react";
import { get } from "../../api/client";
import type { ModelView, ShelfView, System } from "../../api/schema";
import { ago, bytes, counted, gibibytes, lasting } from "../../wording";
import { percentage, worry } from "./facts";
import { Doctor } from "./doctor";
import { Meter } from "./meter";
import { Part } from "./part";
import { Past } from "./past";
import "./system.css";

const EVERY = 2000;

/** The machine, what it holds, what it does and what it has done. */
export function SystemPage() {
  const { facts, problem } = useFacts();
  return (
    <main className="system">
      <h1>System</h1>
      <p className="system-problem" role="status">
        {problem}
      </p>
      {facts !== null && <Everything facts={facts} />}
    </main>
  );
}

function useFacts(): { facts: System | null; problem: string | null } {
  const [facts, setFacts] = useState<System | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const left = new AbortController();
    let timer: number | undefined;
    const ask = async () => {
      try {
        if (document.visibilityState === "visible") setFacts(await get<System>("/api/system", { signal: left.signal }));
        setProblem(null);
      } catch {
        if (!left.signal.aborted) setProblem("The studio does not answer; these are its last words. It is asked again every few seconds.");
      }
      if (!left.signal.aborted) timer = window.setTimeout(ask, EVERY);
    };
    void ask();
    return () => {
      left.abort();
      window.clearTimeout(timer);
    };
  }, []);
  return { facts, problem };
}

function Everything({ facts }: { facts: System }) {
  return (
    <>
      <Machine facts={facts} />
      <div className="system-columns">
        <Sessions facts={facts} />
        <Models facts={facts} />
        <Shelf />
        <Past jobs={facts.jobs} />
        <Versions facts={facts} />
        <Doctor rows={facts.doctor} />
      </div>
    </>
  );
}

function Machine({ facts: { device, cpu, memory, gpus, disk, uptime_s: uptime } }: { facts: System }) {
  const on = [device.runtime, counted(device.threads, "thread")].filter(Boolean).join(", ");
  return (
    <Part title="Machine" note={`running for ${lasting(uptime)}`}>
      <p className="machine-name">
        {device.name}
        {on && <span>{on}</span>}
      </p>
      <div className="meters">
        <Meter title="Processor" percent={cpu.percent} detail={`${counted(cpu.cores, "core")}, ${Math.round(cpu.process_percent)} % for Reverie`} />
        <Meter
          title="Memory"
          percent={percentage(memory.used, memory.total)}
          detail={[memory.used && memory.total && `${gibibytes(memory.used)} of ${gibibytes(memory.total)}`, memory.process && `${gibibytes(memory.process)} for Reverie`].filter(Boolean).join(", ")}
        />
        {gpus.map((gpu) => (
          <Meter
            key={gpu.name}
            title={gpu.name}
            percent={gpu.percent}
            detail={[`${gibibytes(gpu.memory_used)} of ${gibibytes(gpu.memory_total)}`, gpu.temperature !== null && `${gpu.temperature} °C`].filter(Boolean).join(", ")}
            worried={worry(percentage(gpu.memory_used, gpu.memory_total))}
          />
        ))}
        <Meter title="Disk" percent={percentage(disk.total - disk.free, disk.total)} detail={`${bytes(disk.free)} free, ${bytes(disk.kept)} of performances`} judged />
      </div>
    </Part>
  );
}

function Sessions({ facts: { sessions } }: { facts: System }) {
  return (
    <Part title="Live now">
      {sessions.length === 0 && <p className="part-empty">Nothing is performed just now.</p>}
      <ul className="rows">
        {sessions.map((session) => (
          <li key={session.id}>
            <a className="row-title" href={`/watch/${session.id}`}>
              {session.title}
            </a>
            <span className="row-note">
              {session.fps.new.toFixed(1)} new frames a second, {counted(session.viewers, "viewer")}
              {session.started_at && `, begun ${ago(session.started_at)}`}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Models({ facts: { models } }: { facts: System }) {
  return (
    <Part title="Models">
      <ul className="rows">
        {models.map((model) => (
          <li key={model.name}>
            <span className="row-title">{model.title}</span>
            <span className="row-note">
              {[model.loaded ? "loaded" : "at hand", model.bytes && bytes(model.bytes), model.license].filter(Boolean).join(", ")}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Shelf() {
  const [rows, setRows] = useState<ModelView[]>([]);
  useEffect(() => {
    const left = new AbortController();
    get<ModelView[]>("/api/models", { signal: left.signal }).then(setRows, () => undefined);
    return () => left.abort();
  }, []);
  return (
    <Part title="Shelf">
      <p className="row-note">Models of others. None is fetched unless you say so: reverie models pull NAME</p>
      <ul className="rows">
        {rows.map(({ name, title, license, shelf }) =>
          shelf ? (
            <li key={name}>
              <span className="row-title">{title}</span>
              <span className="row-note">{[name, standing(shelf), license ?? "licence unknown"].join(", ")}</span>
            </li>
          ) : null,
        )}
      </ul>
    </Part>
  );
}

/** Whether a model of the shelf is here, and how large it is. */
function standing({ on_disk, held_gb, disk_gb, lacks }: ShelfView): string {
  const size = held_gb ?? disk_gb;
  const large = size ? `, ${size.toFixed(1)} GB` : "";
  const state = on_disk ? "here" : "not here";
  return `${state}${large}${lacks ? ", can't be run yet" : ""}`;
}

function Versions({ facts: { versions } }: { facts: System }) {
  return (
    <Part title="Versions">
      <dl className="versions">
        {Object.entries(versions).map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
