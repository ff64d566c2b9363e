/** A sprite sheet: pictures of a film at even moments, in rows. */

export interface Sheet {
  columns: number;
  rows: number;
  count: number;
}

/** Pictures that the studio puts on a sheet at most. */
const MOST = 25;

/** The sheet of a film of so many frames. */
export function sheetOf(frames: number): Sheet {
  const count = Math.max(1, Math.min(MOST, frames));
  const columns = Math.ceil(Math.sqrt(count));
  return { columns, rows: Math.ceil(count / columns), count };
}

export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The picture nearest to a share (0 to 1) of the film, in pixels of the sheet. */
export function tileAt({ columns, rows, count }: Sheet, share: number, width: number, height: number): Tile {
  const number = Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  const [wide, tall] = [width / columns, height / rows];
  return { x: (number % columns) * wide, y: Math.floor(number / columns) * tall, width: wide, height: tall };
}
