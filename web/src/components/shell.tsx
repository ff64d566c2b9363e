import clsx from "clsx";
import { type ReactNode, useEffect } from "react";
import { percent } from "../jobs/words";
import { useQueue } from "../jobs/use_queue";
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
  { path: "/camera", title: "Camera", icon: "camera" },
  { path: "/create", title: "Create", icon: "create" },
  { path: "/films", title: "Films", icon: "films" },
  { path: "/history", title: "History", icon: "history" },
  { path: "/system", title: "System", icon: "system" },
];

const QUEUE = "/queue";

interface ShellProps {
  here: string;
  children: ReactNode;
}

/** A page off stage: a rail of icons at its side, or a bar of them at the foot of a small screen. */
export function Shell({ here, children }: ShellProps) {
  const place = PLACES.find(({ path }) => path === here);
  useEffect(() => {
    document.documentElement.style.removeProperty("--accent");
    document.title = place === undefined ? (here === QUEUE ? "Queue · Reverie" : "Reverie") : `${place.title} · Reverie`;
  }, [place, here]);
  return (
    <div className="shell">
      <nav aria-label="Pages" className="shell-rail">
        {PLACES.map(({ path, title, icon }) => (
          <a key={path} href={path} onClick={followed} aria-current={path === here ? "page" : undefined} className={clsx("shell-link", path === here && "text-ink!")}>
            <Icon name={icon} size={22} />
            <span>{title}</span>
          </a>
        ))}
        <Going here={here} />
      </nav>
      <div className="shell-page">{children}</div>
    </div>
  );
}

/** The way to the queue, with how far its first film is; there only where something is made or waits. */
function Going({ here }: { here: string }) {
  const { going } = useQueue();
  const first = going?.[0];
  if (first === undefined && here !== QUEUE) return null;
  const count = going?.length ?? 0;
  const done = first === undefined ? 0 : percent(first);
  return (
    <a href={QUEUE} onClick={followed} aria-current={here === QUEUE ? "page" : undefined} className="shell-link shell-queue" aria-label={count === 0 ? "Queue" : `Queue: ${count}, ${done} %`}>
      <svg viewBox="0 0 22 22" aria-hidden="true" className="shell-ring">
        <circle cx="11" cy="11" r="9.25" pathLength={100} />
        {done > 0 && <circle cx="11" cy="11" r="9.25" pathLength={100} strokeDasharray={`${done} 100`} />}
        <text x="11" y="11" fontSize={9} textAnchor="middle" dominantBaseline="central">
          {count > 0 && count}
        </text>
      </svg>
      <span className="tabular">{count === 0 ? "Queue" : `Queue, ${done} %`}</span>
    </a>
  );
}
