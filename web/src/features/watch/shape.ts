/** How a picture sits in a window of another shape. */

/** The most of a picture that may be cut off to fill the window. */
const MOST_CUT = 0.26;

export interface Size {
  width: number;
  height: number;
}

/** Where something is left over: nowhere, since so little is cut off that the picture fills the window; above; beside. */
export type Left = "nowhere" | "above" | "beside";

/** Where a window leaves room around a picture that is shown as large as it should be. */
export function leftOver(picture: Size, window: Size): Left {
  if (picture.height === 0 || window.height === 0) return "nowhere";
  const [one, other] = [picture.width / picture.height, window.width / window.height];
  if (1 - Math.min(one, other) / Math.max(one, other) <= MOST_CUT) return "nowhere";
  return one > other ? "above" : "beside";
}
