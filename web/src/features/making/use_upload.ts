import { useRef, useState } from "react";
import { ApiError } from "../../api/client";
import { upload, type Upload } from "../../api/uploads";
import type { Given } from "../../film/shot";

export const SOUNDS = "audio/mpeg,audio/wav,audio/x-wav,audio/flac,audio/ogg,audio/mp4,.mp3,.wav,.flac,.ogg,.m4a";
export const PICTURES = "image/jpeg,image/png,image/webp";
export const CLIPS = "video/mp4,video/quicktime,video/x-msvideo,video/x-matroska,video/webm,.mkv,.avi,.mov";

export interface Bringing {
  name: string;
  /** 0 to 1 of its bytes. */
  share: number;
}

const underWay = new Set<AbortController>();
/** Said where a film is asked for before all of it is here. */
export const ON_ITS_WAY = "A file is still on its way: a moment.";

/** Whether a file is being brought just now, for whatever part of the page. */
export function isBringing(): boolean {
  return underWay.size > 0;
}

/** How far a file is: when all of it is there, the studio reads it. */
export function told({ name, share }: Bringing): string {
  return share < 1 ? `Bringing “${name}”, ${Math.floor(share * 100)} %` : `Looking at “${name}”`;
}

/** What was brought, as it is called here. */
export function givenBy({ id, kind, width, height, frames, fps, duration }: Upload, name: string): Given {
  const known = { width, height, frames, fps, seconds: duration };
  const told = Object.entries(known).filter(([, value]) => typeof value === "number");
  return { id, name, kind: kind ?? "image", ...(Object.fromEntries(told) as Partial<Given>) };
}

/** Bring a file to the studio; a newer one takes its place, and one that is `unfit` is refused in words. */
export function useUpload(onThere: (upload: Upload, file: File) => void, unfit: (there: Upload) => string | null = () => null) {
  const [bringing, setBringing] = useState<Bringing | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const current = useRef<AbortController | null>(null);

  const bring = async (file: File) => {
    current.current?.abort();
    const mine = new AbortController();
    current.current = mine;
    underWay.add(mine);
    setProblem(null);
    setBringing({ name: file.name, share: 0 });
    try {
      const there = await upload(file, { signal: mine.signal, onProgress: (share) => setBringing({ name: file.name, share }) });
      if (mine.signal.aborted) return;
      const wrong = unfit(there);
      if (wrong === null) onThere(there, file);
      else setProblem(wrong);
    } catch (error) {
      if (!mine.signal.aborted) setProblem(error instanceof ApiError ? error.message : `“${file.name}” could not be sent.`);
    } finally {
      underWay.delete(mine);
      if (current.current === mine) setBringing(null);
    }
  };
  const stop = () => {
    current.current?.abort();
    setBringing(null);
  };
  return { bring, bringing, problem, stop };
}
