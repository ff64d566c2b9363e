/** The header before every JPEG of a preview: `>IId`, frame number, flags, seconds. */

export interface Header {
  frame: number;
  time: number;
  /** The last picture again, since it is frozen or nothing new was there in time. */
  held: boolean;
  interpolated: boolean;
  /** Painted by the placeholder, which stands in where a model is missing. */
  placeholder: boolean;
  /** A spark is blooming in it. */
  spark: boolean;
  /** Where the JPEG begins. */
  bytes: number;
}

const LENGTH = 16;

/** Read a message's header; null where it is too short to hold a picture. */
export function header(message: ArrayBuffer): Header | null {
  if (message.byteLength <= LENGTH) return null;
  const view = new DataView(message);
  const flags = view.getUint32(4);
  const has = (flag: number) => (flags & flag) !== 0;
  return {
    frame: view.getUint32(0),
    time: view.getFloat64(8),
    held: has(1),
    interpolated: has(2),
    placeholder: has(4),
    spark: has(8),
    bytes: LENGTH,
  };
}
