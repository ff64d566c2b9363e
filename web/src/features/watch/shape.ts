/** How a picture sits in a window of another shape. */

/** The most of a picture that may be cut off to fill the window. */
const MOST_CUT = 0.26;

export interface Size {
  width: number;
  height: number;
}

/** True where filling the window costs so little of the picture that nothing needs to be left over. */
export function fills(picture: Size, window: Size): boolean {
  if (picture.height === 0 || window.height === 0) return true;
  const [one, other] = [picture.width / picture.height, window.width / window.height];
  return 1 - Math.min(one, other) / Math.max(one, other) <= MOST_CUT;
}
