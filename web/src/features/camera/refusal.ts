/** Why there are no pictures to send, in words with the next step. */

export type Kind = "camera" | "screen" | "file";

const CAMERA: Record<string, string> = {
  NotAllowedError: "The browser was told not to show the camera to this page. Allow it in the site's settings beside the address, then choose Camera again.",
  SecurityError: "This page may not use the camera. Allow it in the browser's settings, then choose Camera again.",
  NotFoundError: "There is no camera. Plug one in and choose Camera again, or share a screen or a video file.",
  NotReadableError: "The camera is busy: another program has it. Close that program and choose Camera again.",
  AbortError: "The camera did not start. Choose Camera again; if it stays so, unplug it once.",
  OverconstrainedError: "That camera is no longer there. Choose another one.",
};

const SCREEN: Record<string, string> = {
  NotAllowedError: "Nothing is shared. Choose Screen again and pick a window or a screen; on a Mac the browser also needs leave to record the screen.",
  NotReadableError: "The system does not let the browser read the screen. Look into its privacy settings, then choose Screen again.",
  NotFoundError: "There is no screen to share here.",
};

/** Browsers show cameras and screens to secure pages only. */
export function insecure(host: string): string {
  return `Browsers show a camera or a screen to secure pages only, and ${host} is none. Open the studio on its own machine at http://localhost, or start it with --certfile and --keyfile. A video file works here all the same.`;
}

export const NO_SCREEN = "This browser can't share a screen; on a phone none can. Use the camera or a video file.";

/** What an error of the browser's means to a person. */
export function refusal(kind: Kind, error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  const known = { camera: CAMERA, screen: SCREEN, file: {} as Record<string, string> }[kind][name];
  if (known !== undefined) return known;
  const words = error instanceof Error && error.message !== "" ? error.message : "the browser does not say why";
  return kind === "file" ? words : `The ${kind} can't be had: ${words}`;
}

export const unplayable = (name: string) => `${name} can't be played by this browser. MP4 with H.264 and WebM work everywhere; other films are restyled by reverie restyle or in Films.`;
