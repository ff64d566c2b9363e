import { Button } from "../../components/button";
import { Drawer } from "../../components/drawer";
import type { Component } from "../../api/schema";
import { fieldsOf, type OptionField, titled, type Value } from "../../film/options";
import { OptionInput } from "./option_field";
import { backendOf, useComponents } from "./use_components";
import "./advanced.css";

interface AdvancedProps {
  open: boolean;
  onClose: () => void;
  model: string;
  options: Record<string, unknown>;
  onChange: (options: Record<string, unknown>) => void;
}

interface Part {
  title: string;
  address: string;
  fields: OptionField[];
}

/** Kinds of component whose options a film may set, and what they do here; those after the model only where it has them. */
const KINDS: readonly { kind: string; title: (name: string) => string; names?: readonly string[] }[] = [
  { kind: "filters", title: (name) => FILTERS[name] ?? titled(name), names: ["interpolate", "upscale", "resize"] },
  { kind: "correctors", title: (name) => `Held steady: ${name}` },
];
const FILTERS: Record<string, string> = { interpolate: "Motion between pictures", upscale: "Enlarging", resize: "Fitting the size" };

/** Settings that a keyframe takes; what a card says of width and height is for the preset to choose. */
const OF_A_SCENE: Record<string, { title: string; wish: string }> = {
  strength: { title: "Change from picture to picture", wish: "strength" },
  guidance_scale: { title: "Closeness to the words", wish: "guidance_scale" },
  num_inference_steps: { title: "Steps a picture", wish: "steps" },
};

/** Everything that can be set and seldom is, drawn from what the studio's components say of themselves. */
export function Advanced({ open, onClose, model, options, onChange }: AdvancedProps) {
  const known = useComponents();
  const parts = open ? partsOf(known, model) : [];
  const set = (address: string, value: Value | undefined) => {
    const rest = Object.fromEntries(Object.entries(options).filter(([one]) => one !== address));
    onChange(value === undefined ? rest : { ...rest, [address]: value });
  };
  const count = Object.keys(options).length;
  return (
    <Drawer open={open} onClose={onClose} title="Advanced" words="Each model and each step of the work says itself what can be set.">
      {parts.map((part) => (
        <section key={part.address} className="advanced-part" aria-label={part.title}>
          <h3>{part.title}</h3>
          {part.fields.map((field) => (
            <OptionInput
              key={field.name}
              field={field}
              value={options[`${part.address}/${field.name}`] as Value | undefined}
              onChange={(value) => set(`${part.address}/${field.name}`, value)}
            />
          ))}
        </section>
      ))}
      {open && parts.length === 0 && <p className="text-ink-3">The studio has not said yet what can be set.</p>}
      {count > 0 && (
        <Button look="quiet" className="mt-2 -ml-4" onClick={() => onChange({})}>
          All as usual
        </Button>
      )}
    </Drawer>
  );
}

function partsOf(known: ReturnType<typeof useComponents>, model: string): Part[] {
  const backend = backendOf(known, model);
  const card = known.models.find(({ name }) => name === model)?.card ?? backend?.card ?? null;
  const wishes: Part = { title: "The picture", address: "wish", fields: rangesOf(card) };
  const taken = new Set(Object.keys(card?.ranges ?? {}));
  const own = backend === null ? [] : [partOf("backends", backend, card?.title.split(":")[0] ?? titled(backend.name), taken)];
  const others = KINDS.flatMap(({ kind, title, names }) =>
    (known.components[kind] ?? []).filter(({ name }) => names === undefined || names.includes(name)).map((one) => partOf(kind, one, title(one.name), new Set())),
  );
  return [wishes, ...own, ...others].filter(({ fields }) => fields.length > 0);
}

function partOf(kind: string, component: Component, title: string, taken: ReadonlySet<string>): Part {
  return { title, address: `${kind}/${component.name}`, fields: fieldsOf(component.options_schema).filter(({ name }) => !taken.has(name)) };
}

/** The ranges on a model's card, as fields. */
function rangesOf(card: { ranges: Record<string, { default: number; minimum: number; maximum: number }> } | null): OptionField[] {
  return Object.entries(card?.ranges ?? {}).flatMap(([name, range]) => {
    const known = OF_A_SCENE[name];
    if (known === undefined || range.minimum === range.maximum) return [];
    const whole = name === "num_inference_steps";
    return [{ kind: "number" as const, name: known.wish, title: known.title, words: "", fallback: range.default, whole, minimum: range.minimum, maximum: range.maximum }];
  });
}
