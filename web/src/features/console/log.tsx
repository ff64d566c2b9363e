import { useEffect, useRef } from "react";
import { moment } from "../../wording";
import type { Line } from "./record";

/** What happened, newest at the bottom; it stays where a person has scrolled to. */
export function Log({ lines }: { lines: readonly Line[] }) {
  const list = useRef<HTMLOListElement>(null);
  const following = useRef(true);
  useEffect(() => {
    if (following.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines]);
  const follow = ({ currentTarget: seen }: { currentTarget: HTMLElement }) => {
    following.current = seen.scrollHeight - seen.scrollTop - seen.clientHeight < 24;
  };
  if (lines.length === 0) return <p className="log-empty">Nothing has happened yet.</p>;
  return (
    <ol ref={list} className="log" onScroll={follow} tabIndex={0} aria-label="Log">
      {lines.map((line) => (
        <li key={`${line.id}${line.kind}${line.at}`} data-kind={line.kind}>
          <time dateTime={line.at}>{line.time === null ? clock(line.at) : moment(line.time)}</time>
          <span>{line.words}</span>
        </li>
      ))}
    </ol>
  );
}

function clock(at: string): string {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? "" : moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}
