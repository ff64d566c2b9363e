import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface PopoverProps {
  label: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  trigger: ReactNode;
  children: ReactNode;
}

/** A pane of glass beside what opens it. */
export function Popover({ label, open, onOpen, trigger, children }: PopoverProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content aria-label={label} sideOffset={8} collisionPadding={12} className="arriving z-40 max-h-(--radix-popover-content-available-height) w-120 max-w-[calc(100vw-24px)] overflow-y-auto rounded-glass bg-[#0e0e14] p-5 shadow-[inset_0_0_0_1px_var(--line),0_24px_64px_rgb(0_0_0_/_48%)] focus:outline-none">
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
