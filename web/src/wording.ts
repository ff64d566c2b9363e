/** Quantities in words, the same everywhere. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** 48_300_000 → "48.3 MB". */
export function bytes(count: number): string {
  const step = count < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}

/** 8 × 2^30 → "8 GiB": for memory, which is sold in powers of two. */
export function gibibytes(count: number): string {
  const value = count / 2 ** 30;
  return value < 0.95 ? `${Math.round(count / 2 ** 20)} MiB` : `${value >= 100 ? Math.round(value) : Number(value.toFixed(1))} GiB`;
}

/** 4021 → "1 h 7 min"; 95 → "1 min 35 s"; 12.3 → "12 s". */
export function lasting(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [days, hours, minutes, rest] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return joined([days, "d"], [hours, "h"]);
  return hours > 0 ? joined([hours, "h"], [minutes, "min"]) : joined([minutes, "min"], [rest, "s"]);
}

function joined(...parts: [number, string][]): string {
  return parts.flatMap(([count, unit], index) => (count > 0 || index === 0 ? [`${count} ${unit}`] : [])).join(" ");
}

/** 75.4 → "1:15": a moment of a dream. */
export function moment(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (count: number) => String(count).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** When something was, seen from now: "just now", "12 minutes ago", "yesterday at 21:40", "3 March at 09:12". */
export function ago(at: string, now: Date = new Date()): string {
  const then = new Date(at);
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (Number.isNaN(seconds)) return "";
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${counted(Math.floor(seconds / 60), "minute")} ago`;
  const clock = then.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days === 0) return seconds < 6 * 3600 ? `${counted(Math.floor(seconds / 3600), "hour")} ago` : `today at ${clock}`;
  if (days === 1) return `yesterday at ${clock}`;
  const year = then.getFullYear() === now.getFullYear() ? undefined : ("numeric" as const);
  return `${then.toLocaleDateString([], { day: "numeric", month: "long", year })} at ${clock}`;
}

/** 1 → "1 core"; 2 → "2 cores". */
export function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function midnight(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}
