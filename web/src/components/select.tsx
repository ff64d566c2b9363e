import { Select as Radix } from "radix-ui";
import { Icon } from "./icon";

/** Radix keeps the empty value for "nothing chosen". */
const NONE = "\u0000";

interface SelectProps {
  label: string;
  value: string;
  options: readonly { value: string; title: string }[];
  onChange: (value: string) => void;
  disabled?: boolean;
  id?: string;
}

/** One of several. */
export function Select({ label, value, options, onChange, disabled = false, id }: SelectProps) {
  return (
    <Radix.Root value={value || NONE} onValueChange={(chosen) => onChange(chosen === NONE ? "" : chosen)} disabled={disabled}>
      <Radix.Trigger
        {...(id !== undefined && { id })}
        aria-label={label}
        className="flex h-11 w-full min-w-0 items-center text-left [&>span]:truncate justify-between gap-2 rounded-xl bg-white/5 px-4 text-14 text-ink shadow-[inset_0_0_0_1px_rgb(255_255_255_/_16%)] transition-colors duration-160 hover:bg-white/10 disabled:opacity-40"
      >
        <Radix.Value />
        <Icon name="less" size={16} className="text-ink-3" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content position="popper" sideOffset={8} collisionPadding={12} className="glass arriving z-60 max-h-80 min-w-(--radix-select-trigger-width) overflow-y-auto p-1">
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value || NONE}
                className="flex h-10 cursor-pointer items-center justify-between gap-6 rounded-xl px-3 text-14 text-ink-2 outline-none data-highlighted:bg-white/8 data-highlighted:text-ink"
              >
                <Radix.ItemText>{option.title}</Radix.ItemText>
                <Radix.ItemIndicator>
                  <Icon name="check" size={16} className="text-accent" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
