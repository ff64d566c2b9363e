import clsx from "clsx";
import { memo } from "react";
import { Icon } from "../../components/icon";
import { PLACES } from "../../components/shell";
import { Tip } from "../../components/tip";
import { followed, usePath } from "../../route";

/** The way to the other pages, from the stage. */
export const Places = memo(function Places({ className }: { className?: string }) {
  const here = usePath();
  return (
    <nav aria-label="Pages" className={clsx("glass flex p-1", className)}>
      {PLACES.map(({ path, title, icon }) => (
        <Tip key={path} words={title} side="bottom">
          <a
            href={path}
            onClick={followed}
            aria-label={title}
            aria-current={path === here ? "page" : undefined}
            className="grid size-11 place-items-center rounded-xl text-ink-2 transition-colors duration-160 hover:bg-white/8 hover:text-ink aria-[current]:*:text-accent"
          >
            <Icon name={icon} />
          </a>
        </Tip>
      ))}
    </nav>
  );
});
