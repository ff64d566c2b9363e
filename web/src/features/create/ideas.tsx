import { useEffect, useState } from "react";
import { get } from "../../api/client";
import type { PresetView } from "../../api/schema";

/** Dreams to begin with, by their pictures: what is chosen is written down, and can be changed. */
export function Ideas({ onChoose }: { onChoose: (prompt: string) => void }) {
  const [ideas, setIdeas] = useState<readonly PresetView[]>([]);
  useEffect(() => {
    const left = new AbortController();
    get<PresetView[]>("/api/presets", { signal: left.signal }).then(setIdeas, () => undefined);
    return () => left.abort();
  }, []);
  return (
    <ul className="ideas" aria-label="Ideas">
      {ideas.map(({ id, prompt, picture, title }) => (
        <li key={id}>
          <button type="button" className="idea" onClick={() => onChoose(prompt)} title={prompt}>
            <img src={picture} alt="" loading="lazy" />
            <span>{title}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
