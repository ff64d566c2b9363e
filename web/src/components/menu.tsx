import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export interface MenuItem {
  title: string;
  icon: IconName;
  onChoose?: () => void;
  /** An address to be downloaded instead. */
  href?: string;
  download?: string;
  /** What stands at its end: a size, a key. */
  hint?: string;
  apart?: boolean;
}

interface MenuProps {
  items: readonly MenuItem[];
  children: ReactNode;
}

const ROW =
  "flex min-h-10 cursor-pointer items-center gap-3 rounded-xl px-3 text-14 text-ink-2 outline-none data-highlighted:bg-white/8 data-highlighted:text-ink";

/** What else can be done, behind one button. */
export function Menu({ items, children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align="end" sideOffset={8} collisionPadding={12} className="glass arriving z-60 max-h-(--radix-dropdown-menu-content-available-height) min-w-56 overflow-y-auto p-1">
          {items.map((item) => (
            <Row key={item.title} item={item} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Row({ item }: { item: MenuItem }) {
  const inside = (
    <>
      <Icon name={item.icon} size={18} className="text-ink-3" />
      <span className="flex-1">{item.title}</span>
      {item.hint !== undefined && <span className="tabular text-ink-3">{item.hint}</span>}
    </>
  );
  return (
    <>
      {item.apart && <Radix.Separator className="mx-3 my-1 h-px bg-line" />}
      {item.href === undefined ? (
        <Radix.Item className={ROW} onSelect={() => item.onChoose?.()}>
          {inside}
        </Radix.Item>
      ) : (
        <Radix.Item asChild className={ROW}>
          <a href={item.href} download={item.download}>
            {inside}
          </a>
        </Radix.Item>
      )}
    </>
  );
}
