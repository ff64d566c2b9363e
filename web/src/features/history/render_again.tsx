import { type FormEvent, useEffect, useState } from "react";
import { get, post } from "../../api/client";
import type { Job, ModelView } from "../../api/schema";
import { Button } from "../../components/button";
import { Select } from "../../components/select";
import { type Choice, RATES, REPLAY, STEPS, UNCHANGED, WAYS, type Wanted, type Way, models, request, sizes } from "./modes";
import "./render_again.css";

interface RenderAgainProps {
  job: Job;
  /** Called with the job that makes the film. */
  onStarted: (film: Job) => void;
}

/** The choice of how a performance is rendered again: the body of a dialog. */
export function RenderAgain({ job, onStarted }: RenderAgainProps) {
  const [way, setWay] = useState<Way>(REPLAY);
  const [wanted, setWanted] = useState<Wanted>(UNCHANGED);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const known = useModels();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    try {
      onStarted(await post<Job>(`/api/jobs/${job.id}/again`, request(way, wanted)));
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setSending(false);
    }
  };
  const set = (name: keyof Wanted) => (value: string) => setWanted((before) => ({ ...before, [name]: value }));
  return (
    <form className="again" onSubmit={send}>
      <fieldset className="again-ways">
        <legend className="sr-only">How</legend>
        {WAYS.map((one) => (
          <label key={one.mode} className="again-way">
            <input type="radio" name="mode" value={one.mode} checked={one === way} onChange={() => setWay(one)} />
            <span className="again-title">{one.title}</span>
            <span className="again-words">{one.words}</span>
          </label>
        ))}
      </fieldset>
      <div className="again-wanted" hidden={!way.free}>
        <Field title="Size" choices={sizes(job.spec.width, job.spec.height)} value={wanted.size} onChange={set("size")} />
        <Field title="Painted" choices={RATES} value={wanted.rate} onChange={set("rate")} />
        <Field title="Steps" choices={STEPS} value={wanted.steps} onChange={set("steps")} />
        <Field title="Model" choices={models(known)} value={wanted.model} onChange={set("model")} />
      </div>
      <p className="again-problem" role="alert">
        {problem}
      </p>
      <Button type="submit" look="main" className="justify-self-end" disabled={sending}>
        Render
      </Button>
    </form>
  );
}

interface FieldProps {
  title: string;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
}

function Field({ title, choices, value, onChange }: FieldProps) {
  return (
    <div className="again-field">
      <span aria-hidden="true">{title}</span>
      <Select label={title} options={choices} value={value} onChange={onChange} />
    </div>
  );
}

function useModels(): readonly ModelView[] {
  const [known, setKnown] = useState<readonly ModelView[]>([]);
  useEffect(() => {
    const left = new AbortController();
    get<ModelView[]>("/api/models", { signal: left.signal }).then(setKnown, () => undefined);
    return () => left.abort();
  }, []);
  return known;
}
