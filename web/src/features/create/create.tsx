import { type KeyboardEvent, useState } from "react";
import { isGoing } from "../../api/jobs";
import type { Upload } from "../../api/uploads";
import { Button } from "../../components/button";
import { Choices } from "../../components/choices";
import { Icon } from "../../components/icon";
import { toast } from "../../components/toast";
import { useDraft } from "../../drafts";
import { useJob } from "../../jobs/use_job";
import { go } from "../../route";
import { Advanced } from "../making/advanced";
import { Making } from "../making/making";
import { useComponents } from "../making/use_components";
import { useAsking } from "../making/use_making";
import { givenBy, isBringing, ON_ITS_WAY, useUpload } from "../making/use_upload";
import { type Draft, givenOf, missing, requestsOf, revive, type Way } from "./draft";
import { Ideas } from "./ideas";
import { Screen } from "./screen";
import { Settings } from "./settings";
import "./create.css";

const WAYS = [
  { value: "text", title: "Words", icon: "words" },
  { value: "image", title: "Picture", icon: "picture" },
  { value: "video", title: "Clip", icon: "clip" },
] as const;

/** One film out of words, a picture or a clip. */
export function CreatePage() {
  const [draft, setDraft] = useDraft("create", revive);
  const [early, setEarly] = useState(false);
  const change = (part: Partial<Draft>) => {
    setEarly(false);
    setDraft((before) => ({ ...before, ...part }));
  };
  const { models } = useComponents();
  const { job: followed, gone, put } = useJob(draft.job);
  const job = gone ? null : followed;
  const [advanced, setAdvanced] = useState(false);
  const [tried, setTried] = useState(false);
  const { ask, asking, problem } = useAsking((made) => {
    put(made);
    change({ job: made.id });
  });
  const { bring, bringing, problem: refused } = useUpload((there, file) => change(taken(there, file)), heardOnly);
  const lacks = bringing !== null || early ? ON_ITS_WAY : missing(draft);

  const make = async () => {
    setTried(true);
    setEarly(isBringing());
    if (isBringing() || missing(draft) !== null || asking) return;
    setTried(false);
    const requests = requestsOf(draft);
    for (const wishes of requests) await ask(wishes, draft.options, draft.prompt.trim());
    if (requests.length > 1) toast(`${requests.length} films are in the queue.`, { action: "See them", onAction: () => go("/queue") });
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void make();
  };

  return (
    <main className="create">
      <header className="create-head">
        <h1 className="page-title">Create</h1>
        <Choices label="What it begins with" value={draft.way} choices={WAYS} onChange={(way: Way) => change({ way, job: null })} />
      </header>
      <div className="create-stage">
        <Screen
          way={draft.way}
          given={givenOf(draft)}
          job={job}
          bringing={bringing}
          problem={refused}
          onFile={(file) => void bring(file)}
          onTakeOut={() => change(draft.way === "image" ? { image: null } : { video: null })}
          onClear={() => change({ job: null })}
          onJob={put}
        />
        {job !== null && job.state !== "succeeded" && <Making job={job} onJob={put} />}
        <div className="create-line glass">
          <label className="min-w-0 flex-1">
            <span className="sr-only">What the film shows</span>
            <textarea rows={1} value={draft.prompt} maxLength={2000} placeholder={PLACEHOLDERS[draft.way]} onChange={({ target }) => change({ prompt: target.value.replaceAll("\n", " ") })} onKeyDown={keyed} />
          </label>
          <Button look="main" className="create-make" disabled={asking} onClick={() => void make()}>
            <Icon name="create" size={18} />
            {job !== null && isGoing(job) ? "Make another" : "Make the film"}
          </Button>
        </div>
        <p className="create-problem" role="alert">
          {problem ?? (tried ? lacks : null)}
        </p>
        {draft.way === "text" && <Ideas onChoose={(prompt) => change({ prompt })} />}
      </div>
      <Settings draft={draft} models={models} onChange={change} onAdvanced={() => setAdvanced(true)} />
      <Advanced open={advanced} onClose={() => setAdvanced(false)} model={draft.model} options={draft.options} onChange={(options) => change({ options })} />
    </main>
  );
}

const PLACEHOLDERS: Record<Way, string> = {
  text: "What does it show?",
  image: "What happens in the picture?",
  video: "What does it become?",
};

/** A sound is no beginning of a film: it goes under one. */
function heardOnly({ kind, name }: Upload): string | null {
  return kind === "audio" ? `“${name}” is a sound: lay it under the film, in Sound.` : null;
}

/** What was brought goes where it belongs: a picture makes it a film of a picture. */
function taken(there: Upload, file: File): Partial<Draft> {
  const given = givenBy(there, file.name);
  return given.kind === "image" ? { way: "image", image: given, job: null } : { way: "video", video: given, job: null };
}
