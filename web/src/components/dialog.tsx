import clsx from "clsx";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { useFocusBack } from "./focus";
import { Icon } from "./icon";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** A sentence under the title. */
  words?: string;
  wide?: boolean | "screen";
  children: ReactNode;
}

/** A pane of glass that has the floor until it is closed; Esc closes it, and the focus goes back to where it was. */
export function Dialog({ open, onClose, title, words, wide = false, children }: DialogProps) {
  const focus = useFocusBack();
  return (
    <Radix.Root open={open} onOpenChange={(opened) => !opened && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="appearing fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...focus}
          {...(words === undefined && { "aria-describedby": undefined })}
          className={clsx(
            "glass arriving fixed top-1/2 left-1/2 z-50 grid max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 gap-5 overflow-y-auto p-6 focus:outline-none",
            wide === "screen" ? "max-w-320" : wide ? "max-w-180" : "max-w-120",
          )}
        >
          <header className="grid grid-cols-[1fr_auto] items-start gap-x-4 gap-y-1">
            <Radix.Title className="text-20 font-medium text-ink">{title}</Radix.Title>
            <Radix.Close asChild>
              <Button look="icon" aria-label="Close" className="-mt-2 -mr-2 row-span-2">
                <Icon name="close" />
              </Button>
            </Radix.Close>
            {words !== undefined && <Radix.Description className="text-14 text-ink-2">{words}</Radix.Description>}
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
