/** Pictures, clips and sounds brought to the studio, in parts that can be sent again from where they broke off. */

import { ApiError, get, post, put, remove } from "./client";
import { patience } from "./patience";
import type { Upload } from "./schema";

export type { Upload } from "./schema";

export interface Sending {
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Bytes that the studio takes at most, where it does not say otherwise. */
export const MOST_BYTES = 500 * 2 ** 20;
const ATTEMPTS = 6;
const LEDGER = "reverie:uploads";

export const getUpload = (id: string) => get<Upload>(`/api/uploads/${encodeURIComponent(id)}`);
export const removeUpload = (id: string) => remove(`/api/uploads/${encodeURIComponent(id)}`);
/** A picture of what was given: of a film that was made here, or of an upload. */
export const uploadPicture = (given: { id: string; picture?: string | undefined }) => given.picture ?? `/api/uploads/${encodeURIComponent(given.id)}/preview.jpg`;

/** Send a file and return what it is; one that was begun before goes on where it broke off. */
export async function upload(file: File, { onProgress, signal }: Sending = {}): Promise<Upload> {
  if (file.size === 0) throw new ApiError(`“${file.name}” is empty: choose another file.`, 422);
  if (file.size > MOST_BYTES) throw new ApiError(`“${file.name}” is larger than 500 MB: choose a shorter clip.`, 413);
  const begun = await begin(file, signal);
  if (begun.state === "ready") return begun;
  const there = new Set(begun.parts ?? []);
  const count = Math.ceil(file.size / begun.part_bytes);
  for (let part = 0; part < count; part++) {
    if (!there.has(part)) await send(file, begun, part, signal);
    onProgress?.((part + 1) / count);
  }
  const whole = await post<Upload>(`/api/uploads/${begun.id}/complete`, {}, { signal });
  forget(file);
  return whole;
}

async function begin(file: File, signal?: AbortSignal): Promise<Upload> {
  const known = ledger()[mark(file)];
  if (known !== undefined) {
    const found = await get<Upload>(`/api/uploads/${known}`, { signal }).catch(() => null);
    if (found !== null) return found;
  }
  const begun = await post<Upload>("/api/uploads", { name: file.name, bytes: file.size }, { signal });
  keep({ ...ledger(), [mark(file)]: begun.id });
  return begun;
}

async function send(file: File, begun: Upload, part: number, signal?: AbortSignal): Promise<void> {
  const bytes = file.slice(part * begun.part_bytes, (part + 1) * begun.part_bytes);
  const headers = await digest(bytes);
  for (let attempt = 0; ; attempt++) {
    try {
      return await put(`/api/uploads/${begun.id}/parts/${part}`, bytes, { signal, headers });
    } catch (error) {
      const away = error instanceof ApiError && (error.status === 0 || error.status >= 500);
      if (!away || attempt === ATTEMPTS) throw error;
      await new Promise((go) => window.setTimeout(go, patience(attempt)));
    }
  }
}

/** The part's own hash; browsers make none for pages that came over an open line. */
async function digest(bytes: Blob): Promise<Record<string, string>> {
  if (typeof crypto.subtle === "undefined") return {};
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer()));
  return { "content-digest": `sha-256=:${btoa(String.fromCharCode(...hash))}:` };
}

const mark = (file: File) => `${file.name}/${file.size}/${file.lastModified}`;

function ledger(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(LEDGER) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

function keep(uploads: Record<string, string>): void {
  try {
    localStorage.setItem(LEDGER, JSON.stringify(uploads));
  } catch {
    // Then it begins anew after a reload.
  }
}

function forget(file: File): void {
  keep(Object.fromEntries(Object.entries(ledger()).filter(([name]) => name !== mark(file))));
}
