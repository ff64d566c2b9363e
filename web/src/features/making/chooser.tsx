import type { RefObject } from "react";

interface ChooserProps {
  /** Whoever opens it clicks on this. */
  chooser: RefObject<HTMLInputElement | null>;
  /** What kinds of files may be chosen. */
  types: string;
  /** What it is called for those who do not see it. */
  label: string;
  onFile: (file: File) => void;
}

/** The system's chooser of a file, unseen; the same file may be chosen twice. */
export function Chooser({ chooser, types, label, onFile }: ChooserProps) {
  return (
    <input
      ref={chooser}
      type="file"
      accept={types}
      className="sr-only"
      tabIndex={-1}
      aria-label={label}
      onChange={({ target }) => {
        const file = target.files?.[0];
        target.value = "";
        if (file !== undefined) onFile(file);
      }}
    />
  );
}
