import { Field, Input } from "../../components/field";
import { Select } from "../../components/select";
import { Slider } from "../../components/slider";
import { Switch } from "../../components/switch";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { type NumberField, type OptionField, titled, type Value, wrong } from "../../film/options";

interface OptionFieldProps {
  field: OptionField;
  /** Undefined where nobody has chosen. */
  value: Value | undefined;
  onChange: (value: Value | undefined) => void;
}

/** One option, drawn after its schema; what was chosen can be taken back. */
export function OptionInput({ field, value, onChange }: OptionFieldProps) {
  return (
    <div className="option" data-chosen={value !== undefined}>
      {DRAWN[field.kind]({ field, value, onChange })}
      {field.words !== "" && <p className="option-words">{field.words}</p>}
    </div>
  );
}

type Drawing = (props: OptionFieldProps) => React.ReactNode;

const DRAWN: Record<OptionField["kind"], Drawing> = {
  number: ({ field, value, onChange }) => {
    const asked = field as NumberField;
    return asked.minimum !== null && asked.maximum !== null && asked.maximum - asked.minimum <= 100 ? (
      <Ranged field={asked} value={value} onChange={onChange} />
    ) : (
      <Free field={asked} value={value} onChange={onChange} />
    );
  },
  choice: ({ field, value, onChange }) => {
    const choices = field.kind === "choice" ? field.choices : [];
    const options = choices.map((one) => ({ value: one, title: one === field.fallback ? `${titled(one)} (as usual)` : titled(one) }));
    return (
      <div className="grid gap-2">
        <span className="text-14 text-ink-2">{field.title}</span>
        <Select label={field.title} value={String(value ?? field.fallback ?? "")} options={options} onChange={(chosen) => onChange(chosen === field.fallback ? undefined : chosen)} />
      </div>
    );
  },
  switch: ({ field, value, onChange }) => (
    <div className="flex items-center justify-between gap-4">
      <span className="text-14 text-ink-2">{field.title}</span>
      <Switch label={field.title} on={Boolean(value ?? field.fallback)} onChange={(on) => onChange(on === field.fallback ? undefined : on)} />
    </div>
  ),
  text: ({ field, value, onChange }) => (
    <Field label={field.title}>
      {(name) => (
        <Input
          {...name}
          value={typeof value === "string" ? value : ""}
          placeholder={field.fallback === null ? "as usual" : String(field.fallback)}
          maxLength={field.kind === "text" ? (field.longest ?? 1000) : 1000}
          onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
        />
      )}
    </Field>
  ),
};

interface NumberProps {
  field: NumberField;
  value: Value | undefined;
  onChange: OptionFieldProps["onChange"];
}

function Ranged({ field, value, onChange }: NumberProps) {
  const [minimum, maximum] = [field.minimum ?? 0, field.maximum ?? 1];
  const usual = typeof field.fallback === "number" ? field.fallback : minimum;
  const chosen = typeof value === "number" ? value : usual;
  return (
    <Slider
      label={field.title}
      value={Math.min(maximum, Math.max(minimum, chosen))}
      min={minimum}
      max={maximum}
      step={field.whole ? 1 : stepOf(maximum - minimum)}
      words={value === undefined && field.fallback === null ? "as usual" : String(Number(chosen.toPrecision(6)))}
      onChange={onChange}
    >
      {value !== undefined && (
        <Button look="icon" className="size-6! rounded-lg!" aria-label={`${field.title} as usual`} onClick={() => onChange(undefined)}>
          <Icon name="reset" size={14} />
        </Button>
      )}
    </Slider>
  );
}

function Free({ field, value, onChange }: NumberProps) {
  return (
    <Field label={field.title} problem={value === undefined ? null : wrong(field, value)}>
      {(name) => (
        <Input
          {...name}
          inputMode="decimal"
          value={value === undefined || value === null ? "" : String(value)}
          placeholder={field.fallback === null ? "as usual" : String(field.fallback)}
          onChange={({ target }) => onChange(target.value.trim() === "" ? undefined : numberOr(target.value))}
        />
      )}
    </Field>
  );
}

/** What was typed as a number, or as it is, so that it can be refused. */
function numberOr(text: string): Value {
  const number = Number(text.replace(",", "."));
  return Number.isNaN(number) ? text : number;
}

/** A hundred steps or so, in round figures. */
function stepOf(width: number): number {
  return 10 ** Math.floor(Math.log10(width / 50));
}
