import type { Upload } from "../../api/uploads";
import { Button } from "../../components/button";
import { Choices } from "../../components/choices";
import { Area, Field, Input } from "../../components/field";
import { Icon } from "../../components/icon";
import { Select } from "../../components/select";
import { Slider } from "../../components/slider";
import type { Shot, Title } from "../../film/shot";
import { anySeed } from "../../film/shot";
import { clock, framesOf } from "../../film/timeline";
import { MOVE_CHOICES, Part, Seed } from "../making/fields";
import { Giving } from "../making/giving";
import { CLIPS, PICTURES } from "../making/use_upload";

interface InspectorProps {
  shot: Shot;
  number: number;
  fps: number;
  onChange: (change: Partial<Shot>) => void;
  onPaint: () => void;
}

const STYLES: readonly { value: Title["style"]; title: string }[] = [
  { value: "title", title: "Large" },
  { value: "lower-third", title: "Lower third" },
  { value: "caption", title: "Caption" },
];

/** The fields of the scene that is chosen. */
export function Inspector({ shot, number, fps, onChange, onPaint }: InspectorProps) {
  return (
    <section className="inspector" aria-label={`Scene ${number}`}>
      <header className="inspector-head">
        <h2>Scene {number}</h2>
        <Button look="quiet" className="-mr-4" onClick={onPaint}>
          <Icon name="create" size={18} />
          Paint it alone
        </Button>
      </header>
      <Field label="What it shows">{(name) => <Area {...name} rows={3} className="text-20! leading-7! font-light" maxLength={2000} value={shot.prompt} onChange={({ target }) => onChange({ prompt: target.value.replaceAll("\n", " ") })} />}</Field>
      <Giving
        given={shot.given}
        types={`${PICTURES},${CLIPS}`}
        icon="picture"
        invitation="Begin with a picture or a clip"
        label="A picture or a clip for this scene"
        words={({ kind, name }) => (kind === "image" ? `Begins with ${name}` : `Repaints ${name}`)}
        unfit={unseen}
        onGiven={(given) => onChange({ given })}
      />
      <Slider label="Lasts" value={shot.duration} min={0.5} max={30} step={0.5} words={`${clock(shot.duration)} · ${framesOf(shot.duration, fps)} frames`} onChange={(duration) => onChange({ duration })} />
      <Part title="Camera">
        <Choices label="Camera" bare value={shot.move} choices={MOVE_CHOICES} onChange={(move) => onChange({ move })} />
      </Part>
      <div className="settings-pair">
        <Field label="Title">{(name) => <Input {...name} value={shot.title?.text ?? ""} maxLength={300} placeholder="none" onChange={({ target }) => onChange({ title: target.value === "" ? null : { style: "title", ...shot.title, text: target.value } })} />}</Field>
        <Part title="Its place">
          <Select label="The title’s place" disabled={shot.title === null} value={shot.title?.style ?? "title"} options={STYLES} onChange={(style) => shot.title !== null && onChange({ title: { ...shot.title, style: style as Title["style"] } })} />
        </Part>
        <Seed seed={shot.seed} onSeed={(seed) => onChange({ seed: seed ?? anySeed() })} />
        <Field label="Not in the picture">{(name) => <Input {...name} value={shot.negative_prompt} maxLength={2000} placeholder="nothing" onChange={({ target }) => onChange({ negative_prompt: target.value })} />}</Field>
      </div>
    </section>
  );
}

/** Neither a picture nor a clip. */
function unseen({ kind, name }: Upload): string | null {
  return kind === "audio" ? `“${name}” is a sound: choose a picture or a clip.` : null;
}
