import { useRef, useState } from "react";
import { ApiError } from "../../api/client";
import { upload, type Upload } from "../../api/uploads";

export const PICTURES = "image/jpeg,image/png,image/webp";
export const CLIPS = "video/mp4,video/quicktime,video/x-msvideo,video/x-matroska,video/webm,.mkv,.avi,.mov";

export interface Bringing {
  name: string;
  /** 0 to 1 of its bytes. */
  share: number;
}

/** Bring a file to the studio; a newer one takes its place. */
export function useUpload(onThere: (upload: Upload, file: File) => void) {
  const [bringing, setBringing] = useState<Bringing | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const current = useRef<AbortController | null>(null);

  const bring = async (file: File) => {
    current.current?.abort();
    const mine = new AbortController();
    current.current = mine;
    setProblem(null);
    setBringing({ name: file.name, share: 0 });
    try {
      const there = await upload(file, { signal: mine.signal, onProgress: (share) => setBringing({ name: file.name, share }) });
      if (!mine.signal.aborted) onThere(there, file);
    } catch (error) {
      if (!mine.signal.aborted) setProblem(error instanceof ApiError ? error.message : `“${file.name}” could not be sent.`);
    } finally {
      if (current.current === mine) setBringing(null);
    }
  };
  const stop = () => {
    current.current?.abort();
    setBringing(null);
  };
  return { bring, bringing, problem, stop };
}
