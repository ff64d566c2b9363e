import { Switch as Radix } from "radix-ui";

interface SwitchProps {
  id?: string;
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** On or off, at once. */
export function Switch({ id, label, on, onChange }: SwitchProps) {
  return (
    <Radix.Root
      {...(id !== undefined && { id })}
      aria-label={label}
      checked={on}
      onCheckedChange={onChange}
      className="relative h-6 w-10 shrink-0 rounded-full bg-white/16 transition-colors duration-160 data-[state=checked]:bg-accent"
    >
      <Radix.Thumb className="block size-4.5 translate-x-[3px] rounded-full bg-[#f2f2f5] transition-transform duration-160 data-[state=checked]:translate-x-[19px]" />
    </Radix.Root>
  );
}
