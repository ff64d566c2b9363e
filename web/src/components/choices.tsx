import { ToggleGroup as Radix } from "radix-ui";
import { Icon, type IconName } from "./icon";
import "./choices.css";

interface Choice<Value extends string> {
  value: Value;
  title: string;
  icon?: IconName;
}

interface ChoicesProps<Value extends string> {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
  /** Icons alone, their words for those who do not see them. */
  bare?: boolean;
  className?: string;
}

/** One of a few, all of them seen. */
export function Choices<Value extends string>({ label, value, choices, onChange, bare = false, className = "" }: ChoicesProps<Value>) {
  return (
    <Radix.Root type="single" aria-label={label} value={value} onValueChange={(chosen) => chosen !== "" && onChange(chosen as Value)} className={`choices ${className}`} data-bare={bare}>
      {choices.map((choice) => (
        <Radix.Item key={choice.value} value={choice.value} className="choices-one" {...(bare && { "aria-label": choice.title, title: choice.title })}>
          {choice.icon !== undefined && <Icon name={choice.icon} size={18} />}
          {!bare && choice.title}
        </Radix.Item>
      ))}
    </Radix.Root>
  );
}
