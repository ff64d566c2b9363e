import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";

interface TipProps {
  words: string;
  /** The key that does the same. */
  hint?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}

/** What a button does, shown when the pointer or the focus rests on it. */
export function Tip({ words, hint, side = "top", children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content side={side} sideOffset={8} collisionPadding={12} className="glass arriving z-50 max-w-72 rounded-lg! px-3 py-2 text-14 text-ink">
          {words}
          {hint !== undefined && <kbd className="ml-3 font-sans text-ink-3">{hint}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
