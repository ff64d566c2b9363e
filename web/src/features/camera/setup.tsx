import { type FormEvent, useEffect, useState } from "react";
import { get } from "../../api/client";
import type { Job } from "../../api/types";
import { Button } from "../../components/button";
import { Switch } from "../../components/switch";
import { Places } from "../live/places";
import { begin, beginInstead, isTaken } from "./begin";
import { Feedthrough } from "./feedthrough";
import { shaped } from "./shape";
import { Sources } from "./sources";
import type { Inputs } from "./use_input";

const IDEAS = ["a watercolour garden", "an oil painting at sunset", "a forest in ink", "a reef in pastel"] as const;

/** Nothing is repainted yet: what comes in, what it shall be, and a button. */
export function Setup({ inputs, onBegun }: { inputs: Inputs; onBegun: (job: Job) => void }) {
  const [prompt, setPrompt] = useState<string>(IDEAS[0]);
  const [memory, setMemory] = useState(true);
  const [keeping, setKeeping] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; taken: boolean } | null>(null);
  const { input } = inputs;

  const start = async (how: typeof begin) => {
    if (input === null || prompt.trim() === "") return;
    setBusy(true);
    setProblem(null);
    try {
      onBegun(await how({ prompt: prompt.trim(), size: shaped(input.width, input.height), memory, keep_input: keeping }));
    } catch (error) {
      setProblem({ words: error instanceof Error ? error.message : String(error), taken: isTaken(error) });
      setBusy(false);
    }
  };
  const sent = (event: FormEvent) => {
    event.preventDefault();
    void start(begin);
  };

  return (
    <main className="camera-setup" data-seeing={input !== null}>
      {input === null ? <Ground /> : <Feedthrough stream={input.stream} className="camera-ground" />}
      <Places className="live-corner" />
      <form className="camera-room glass arriving" onSubmit={sent}>
        <h1>What shall be repainted?</h1>
        <Sources inputs={inputs} small={input !== null} />
        {inputs.problem !== null && (
          <p className="camera-problem" role="alert">
            {inputs.problem}
          </p>
        )}
        <label className="camera-words">
          <span className="text-14 text-ink-3">Into what?</span>
          <input value={prompt} onChange={({ target }) => setPrompt(target.value)} maxLength={2000} autoComplete="off" autoCapitalize="off" />
        </label>
        <div className="camera-ideas" role="group" aria-label="Ideas">
          {IDEAS.map((idea) => (
            <button key={idea} type="button" aria-pressed={idea === prompt} onClick={() => setPrompt(idea)}>
              {idea}
            </button>
          ))}
        </div>
        <div className="camera-last">
          <span className="flex items-center gap-3 text-14 text-ink-2" title="Keeps what is still still, and its colours, for hours">
            <Switch label="Memory" on={memory} onChange={setMemory} />
            Memory
          </span>
          <span className="flex items-center gap-3 text-14 text-ink-2" title="What comes in is kept beside what is painted: only so can it be rendered again">
            <Switch label="Keep what comes in" on={keeping} onChange={setKeeping} />
            Keep what comes in
          </span>
          {problem?.taken && (
            <Button disabled={busy} onClick={() => void start(beginInstead)}>
              End that and begin
            </Button>
          )}
          <Button type="submit" look="main" disabled={busy || input === null || prompt.trim() === ""}>
            {busy ? "One moment" : "Begin"}
          </Button>
        </div>
        {problem !== null && (
          <p className="camera-problem" role="alert">
            {problem.words}
          </p>
        )}
      </form>
    </main>
  );
}

/** A picture of the studio's own, far away and soft, until there is one to see. */
function Ground() {
  const [picture, setPicture] = useState<string | null>(null);
  useEffect(() => {
    const left = new AbortController();
    get<{ picture: string }[]>("/api/presets", { signal: left.signal }).then(
      (presets) => setPicture(presets[1]?.picture ?? null),
      () => undefined,
    );
    return () => left.abort();
  }, []);
  return picture === null ? null : <img src={picture} alt="" className="camera-ground" data-soft="" />;
}
