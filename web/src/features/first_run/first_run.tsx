import { type FormEvent, useEffect, useState } from "react";
import type { Job, PresetView } from "../../api/schema";
import { presets, start } from "./presets";
import "./first_run.css";

/** Places of the six dreams while they are fetched, so that nothing moves when they come. */
const PLACES = [1, 2, 3, 4, 5, 6] as const;

interface FirstRunProps {
  /** Called with the session that was started. */
  onStarted: (job: Job) => void;
}

/** Six dreams to begin with, or words of one's own. */
export function FirstRun({ onStarted }: FirstRunProps) {
  const [choices, setChoices] = useState<readonly PresetView[]>([]);
  const [near, setNear] = useState<PresetView | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const left = new AbortController();
    presets(left.signal).then(setChoices, (error: Error) => left.signal.aborted || setProblem(error.message));
    return () => left.abort();
  }, []);

  const begin = async (wishes: Record<string, unknown>, name: string) => {
    if (chosen !== null) return;
    setChosen(name);
    setProblem(null);
    try {
      onStarted(await start(wishes));
    } catch (error) {
      setChosen(null);
      setProblem((error as Error).message);
    }
  };

  return (
    <main className="first" data-chosen={chosen !== null}>
      <Ground choices={choices} near={near} />
      <div className="first-room">
        <h1>What shall it dream?</h1>
        <ul className="first-choices">
          {choices.length === 0 &&
            problem === null &&
            PLACES.map((place) => <li key={place} className="first-choice first-place" aria-hidden="true" />)}
          {choices.map((preset) => (
            <li key={preset.id}>
              <Choice
                preset={preset}
                waiting={chosen === preset.id}
                onNear={setNear}
                onChoose={() => begin({ prompt: preset.prompt, ...preset.wishes }, preset.id)}
              />
            </li>
          ))}
        </ul>
        <Own waiting={chosen === "own"} onChoose={(prompt) => begin({ prompt }, "own")} />
        <p className="first-problem" role="alert">
          {problem}
        </p>
      </div>
    </main>
  );
}

/** The picture that is looked at fills the window, far away and soft. */
function Ground({ choices, near }: { choices: readonly PresetView[]; near: PresetView | null }) {
  return (
    <div className="first-ground" aria-hidden="true">
      {choices.map((preset, index) => (
        <img key={preset.id} src={preset.picture} alt="" data-near={near === null ? index === 0 : preset === near} />
      ))}
    </div>
  );
}

interface ChoiceProps {
  preset: PresetView;
  waiting: boolean;
  onNear: (preset: PresetView) => void;
  onChoose: () => void;
}

function Choice({ preset, waiting, onNear, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      className="first-choice"
      aria-busy={waiting}
      onClick={onChoose}
      onFocus={() => onNear(preset)}
      onPointerEnter={() => onNear(preset)}
    >
      <img src={preset.picture} alt="" width={640} height={360} />
      <span className="first-words">{preset.prompt}</span>
    </button>
  );
}

function Own({ waiting, onChoose }: { waiting: boolean; onChoose: (prompt: string) => void }) {
  const [words, setWords] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim()) onChoose(words.trim());
  };
  return (
    <form className="first-own" onSubmit={send}>
      <label>
        <span className="sr-only">A dream of your own</span>
        <input value={words} onChange={(event) => setWords(event.target.value)} placeholder="or words of your own" maxLength={2000} autoComplete="off" />
      </label>
      <button type="submit" disabled={!words.trim() || waiting}>
        Begin
      </button>
    </form>
  );
}
