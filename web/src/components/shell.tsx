import clsx from "clsx";
import { type ReactNode, useEffect } from "react";
import { followed } from "../route";
import { Icon, type IconName } from "./icon";

interface Place {
  path: string;
  title: string;
  icon: IconName;
}

/** The pages there are. */
export const PLACES: readonly Place[] = [
  { path: "/", title: "Live", icon: "live" },
  { path: "/history", title: "History", icon: "history" },
  { path: "/system", title: "System", icon: "system" },
];

interface ShellProps {
  here: string;
  children: ReactNode;
}

/** A page off stage: a rail of icons at its side, or a bar of them at the foot of a small screen. */
export function Shell({ here, children }: ShellProps) {
  const place = PLACES.find(({ path }) => path === here);
  useEffect(() => {
    document.documentElement.style.removeProperty("--accent");
    document.title = place === undefined ? "Reverie" : `${place.title} · Reverie`;
  }, [place]);
  return (
    <div className="shell">
      <nav aria-label="Pages" className="shell-rail">
        {PLACES.map(({ path, title, icon }) => (
          <a key={path} href={path} onClick={followed} aria-current={path === here ? "page" : undefined} className={clsx("shell-link", path === here && "text-ink!")}>
            <Icon name={icon} size={22} />
            <span>{title}</span>
          </a>
        ))}
      </nav>
      <div className="shell-page">{children}</div>
    </div>
  );
}
