/** Words made of what `GET /api/system` tells. */

/** A share as a whole percentage, 0 to 100, or null where it is not known. */
export function percentage(part: number | null | undefined, whole: number | null | undefined): number | null {
  return part == null || !whole ? null : Math.min(100, Math.max(0, Math.round((100 * part) / whole)));
}

/** How worried to be about a store or a processor this full. */
export function worry(percent: number | null, warn = 85, fail = 95): "ok" | "warn" | "fail" {
  return percent === null || percent < warn ? "ok" : percent < fail ? "warn" : "fail";
}
