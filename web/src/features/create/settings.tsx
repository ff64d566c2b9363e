import type { ModelView } from "../../api/schema";
import { Button } from "../../components/button";
import { Choices } from "../../components/choices";
import { Area, Field } from "../../components/field";
import { Icon } from "../../components/icon";
import { Select } from "../../components/select";
import { Slider } from "../../components/slider";
import { presetOf, SIZES } from "../../film/presets";
import { clock, framesOf } from "../../film/timeline";
import { modelsOf, MOVE_CHOICES, Part, Seed } from "../making/fields";
import { SoundPart } from "../making/sound_part";
import { choosable, type Draft } from "./draft";

interface SettingsProps {
  draft: Draft;
  models: readonly ModelView[];
  onChange: (change: Partial<Draft>) => void;
  onAdvanced: () => void;
}

/** Seconds of a film that is asked for here; longer ones are storyboards. */
const [SHORTEST, LONGEST] = [1, 60];

/** What a film is like besides its words. */
export function Settings({ draft, models, onChange, onAdvanced }: SettingsProps) {
  const may = choosable(draft);
  const own = draft.way === "text" ? null : draft.way === "image" ? "As the picture" : "As the clip";
  const { fps } = presetOf(own === null ? draft.preset : draft.shape);
  const length = draft.way === "video" ? clock(draft.seconds) : `${clock(draft.seconds)} · ${framesOf(draft.seconds, fps)} frames`;
  return (
    <section className="settings" aria-label="Settings">
      {draft.way === "text" && (
        <Part title="Style">
          <Choices
            label="Style"
            value={draft.style}
            choices={[
              { value: "keys", title: "Key pictures" },
              { value: "dream", title: "Dream" },
            ]}
            onChange={(style) => onChange({ style })}
          />
          <p className="settings-words">{draft.style === "keys" ? "A few pictures painted with care, and smooth motion between them." : "Every picture grows out of the one before."}</p>
        </Part>
      )}
      {draft.way === "video" && (
        <Part title="The clip is">
          <Choices
            label="What is done with the clip"
            value={draft.deed}
            choices={[
              { value: "extend", title: "Continued" },
              { value: "repaint", title: "Repainted" },
            ]}
            onChange={(deed) => onChange({ deed })}
          />
          <p className="settings-words">
            {draft.deed === "extend"
              ? "The clip itself stays as it is, and goes on. A picture model carries its colours and the camera’s motion on; that what moves goes on moving takes a video model."
              : "Its length and its timing stay; every picture is painted anew by your words."}
          </p>
        </Part>
      )}
      {may.seconds && (
        <Slider
          label={draft.way === "video" && draft.deed === "extend" ? "Longer by" : "Length"}
          value={draft.seconds}
          min={SHORTEST}
          max={LONGEST}
          step={0.5}
          words={length}
          onChange={(seconds) => onChange({ seconds })}
        />
      )}
      {may.size && (
        <Part title="Size">
          <Select
            label="Size"
            value={own === null ? draft.preset : draft.shape}
            options={[...(own === null ? [] : [{ value: "", title: own }]), ...SIZES]}
            onChange={(size) => onChange(own === null ? { preset: size } : { shape: size })}
          />
        </Part>
      )}
      <Part title="Model">
        <Select label="Model" value={draft.model} options={modelsOf(models, draft.model)} onChange={(model) => onChange({ model })} />
      </Part>
      {may.move && (
        <Part title="Camera">
          <Choices label="Camera" bare value={draft.move} choices={MOVE_CHOICES} onChange={(move) => onChange({ move })} />
        </Part>
      )}
      <Part title="Sound">
        <SoundPart heard={draft.sound} clips={draft.way === "video" ? "The clip is heard" : null} extended={draft.way === "video" && draft.deed === "extend"} onHeard={(sound) => onChange({ sound })} />
      </Part>
      <div className="settings-pair">
        <Seed seed={draft.seed} onSeed={(seed) => onChange({ seed })} />
        <Part title="Films">
          <Select label="How many films" value={String(draft.count)} options={[1, 2, 3, 4, 6, 8].map((count) => ({ value: String(count), title: count === 1 ? "One" : `${count}, each its own seed` }))} onChange={(count) => onChange({ count: Number(count) })} />
        </Part>
      </div>
      <Field label="Not in the picture">
        {(name) => <Area {...name} rows={2} value={draft.negative_prompt} maxLength={2000} onChange={({ target }) => onChange({ negative_prompt: target.value })} placeholder="text, watermarks, …" />}
      </Field>
      <Button look="quiet" className="-ml-4 justify-self-start" onClick={onAdvanced}>
        <Icon name="sliders" size={18} />
        Advanced
        {Object.keys(draft.options).length > 0 && <span className="text-accent">{Object.keys(draft.options).length} set</span>}
      </Button>
    </section>
  );
}
