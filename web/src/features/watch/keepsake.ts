/** The last picture, kept in the browser: a page that is opened while the studio is away begins with it. */

const KEY = "reverie.watch.last";
/** Wider than this it would not fit the few megabytes a page may keep. */
const WIDEST = 640;

/** Keep what a canvas shows; says nothing where the browser keeps nothing. */
export function keep(canvas: HTMLCanvasElement): void {
  if (canvas.width === 0 || canvas.height === 0) return;
  const small = document.createElement("canvas");
  const scale = Math.min(1, WIDEST / canvas.width);
  small.width = Math.round(canvas.width * scale);
  small.height = Math.round(canvas.height * scale);
  small.getContext("2d")?.drawImage(canvas, 0, 0, small.width, small.height);
  try {
    localStorage.setItem(KEY, small.toDataURL("image/jpeg", 0.8));
  } catch {
    // A full or forbidden store is no reason to stop watching.
  }
}

/** The picture kept last, as an address for an image. */
export function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
