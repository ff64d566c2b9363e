import type { ModelView } from "../../api/schema";
import { Button } from "../../components/button";
import { Choices } from "../../components/choices";
import { Area, Field, Input } from "../../components/field";
import { Icon, type IconName } from "../../components/icon";
import { Select } from "../../components/select";
import { Slider } from "../../components/slider";
import { MOVES, type MoveName } from "../../film/moves";
import { PRESETS, presetOf } from "../../film/presets";
import { anySeed, SEEDS } from "../../film/shot";
import { clock, framesOf } from "../../film/timeline";
import type { Draft } from "./draft";

interface SettingsProps {
  draft: Draft;
  models: readonly ModelView[];
  onChange: (change: Partial<Draft>) => void;
  onAdvanced: () => void;
}

export const MOVE_CHOICES = (Object.keys(MOVES) as MoveName[]).map((value) => ({ value, title: MOVES[value].title, icon: value as IconName }));

/** Seconds of a film that is asked for here; longer ones are storyboards. */
const [SHORTEST, LONGEST] = [1, 60];

/** What a film is like besides its words. */
export function Settings({ draft, models, onChange, onAdvanced }: SettingsProps) {
  const { fps } = presetOf(draft.preset);
  const frames = framesOf(draft.seconds, fps);
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
              : "Its length, its timing and its sound stay; every picture is painted anew by your words."}
          </p>
        </Part>
      )}
      <Slider
        label={draft.way === "video" && draft.deed === "extend" ? "Longer by" : "Length"}
        value={draft.seconds}
        min={SHORTEST}
        max={LONGEST}
        step={0.5}
        words={`${clock(draft.seconds)} · ${frames} frames`}
        onChange={(seconds) => onChange({ seconds })}
      />
      <Part title="Size">
        <Select label="Size" value={draft.preset} options={PRESETS.map(({ value, title, width, height, fps }) => ({ value, title: `${title} · ${width} × ${height} · ${fps} fps` }))} onChange={(preset) => onChange({ preset })} />
      </Part>
      <Part title="Model">
        <Select label="Model" value={draft.model} options={modelsOf(models, draft.model)} onChange={(model) => onChange({ model })} />
      </Part>
      <Part title="Camera">
        <Choices label="Camera" bare value={draft.move} choices={MOVE_CHOICES} onChange={(move) => onChange({ move })} />
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

export function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-2">
      <span className="text-14 text-ink-2" aria-hidden="true">
        {title}
      </span>
      {children}
    </div>
  );
}

interface SeedProps {
  seed: number | null;
  onSeed: (seed: number | null) => void;
}

/** A number that makes a film again; empty for another one each time. */
export function Seed({ seed, onSeed }: SeedProps) {
  return (
    <Field label="Seed">
      {(name) => (
        <div className="relative">
          <Input
            {...name}
            className="tabular pr-12!"
            inputMode="numeric"
            value={seed === null ? "" : String(seed)}
            placeholder="Any"
            onChange={({ target }) => {
              const digits = target.value.replace(/\D/g, "").slice(0, 15);
              onSeed(digits === "" ? null : Number(digits));
            }}
          />
          <Button look="icon" className="absolute inset-y-0 right-0" aria-label="Another seed" title={`One of ${SEEDS.toLocaleString()}`} onClick={() => onSeed(anySeed())}>
            <Icon name="any" size={18} />
          </Button>
        </div>
      )}
    </Field>
  );
}

/** The models that are ready, and the one that is chosen whatever it is. */
export function modelsOf(models: readonly ModelView[], chosen: string) {
  const ready = models.filter(({ ready, name }) => ready || name === chosen).map(({ name, title }) => ({ value: name, title: title.split(":")[0] ?? name }));
  return ready.some(({ value }) => value === chosen) ? ready : [{ value: chosen, title: chosen }, ...ready];
}
