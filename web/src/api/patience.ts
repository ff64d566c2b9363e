/** Milliseconds before the next attempt to reach the studio: soon at first, then every few seconds, for ever. */
export function patience(attempt: number, chance: number = Math.random()): number {
  return Math.min(3000, 200 * 2 ** Math.min(attempt, 10)) * (0.8 + 0.4 * chance);
}
