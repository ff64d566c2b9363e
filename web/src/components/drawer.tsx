import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { useFocusBack } from "./focus";
import { Icon } from "./icon";
import "./drawer.css";

interface DrawerProps {
  open: boolean;
  onClose: () => void;
  title: string;
  words?: string;
  children: ReactNode;
}

/** A pane of glass at the side of a large screen, at the foot of a small one; Esc closes it. */
export function Drawer({ open, onClose, title, words, children }: DrawerProps) {
  const focus = useFocusBack();
  return (
    <Radix.Root open={open} onOpenChange={(opened) => !opened && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="appearing fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...focus}
          {...(words === undefined && { "aria-describedby": undefined })}
          className="drawer"
        >
          <header className="drawer-head">
            <div>
              <Radix.Title className="text-20 font-medium text-ink">{title}</Radix.Title>
              {words !== undefined && <Radix.Description className="mt-1 text-14 text-ink-3">{words}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button look="icon" aria-label="Close" className="-mt-2 -mr-2">
                <Icon name="close" />
              </Button>
            </Radix.Close>
          </header>
          <div className="drawer-body">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
