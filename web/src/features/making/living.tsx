import { useEffect, useState } from "react";
import { isGoing, isSeen, type Job, posterOf } from "../../api/jobs";

const EVERY = 1200;

interface LivingProps {
  job: Job;
  className?: string;
}

/** The newest picture of a film that is being made; the one before stays until the next is decoded. */
export function Living({ job, className }: LivingProps) {
  const [shown, setShown] = useState<string | null>(null);
  const going = isGoing(job);
  const still = isSeen(job) ? posterOf(job) : null;
  useEffect(() => {
    if (still === null) return;
    let [left, timer, tick] = [false, 0, 0];
    const look = () => {
      const next = new Image();
      const later = () => {
        if (!left && going) timer = window.setTimeout(look, EVERY);
      };
      next.onload = () => {
        if (!left) setShown(next.src);
        later();
      };
      next.onerror = later;
      next.src = going ? `${still}?n=${Date.now()}${tick++}` : still;
    };
    look();
    return () => {
      left = true;
      window.clearTimeout(timer);
    };
  }, [still, going]);
  if (shown === null) return <div className={className} data-empty="true" />;
  return <img className={className} src={shown} alt="" />;
}
