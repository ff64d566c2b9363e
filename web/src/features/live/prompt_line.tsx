import clsx from "clsx";
import { type KeyboardEvent, memo, type RefObject, useState } from "react";
import { type Recall, gone, load, save, sent, shown } from "./recall";

interface PromptLineProps {
  /** What is dreamt of now. */
  current: string;
  disabled: boolean;
  onSend: (prompt: string) => void;
  line: RefObject<HTMLInputElement | null>;
}

/** Where the dream is told what to be: it shows what it is, and takes what it shall be. */
export const PromptLine = memo(function PromptLine({ current, disabled, onSend, line }: PromptLineProps) {
  const [words, setWords] = useState("");
  const [recall, setRecall] = useState<Recall>(load);
  const [focused, setFocused] = useState(false);

  const send = () => {
    const prompt = words.trim();
    if (prompt === "") return line.current?.blur();
    const next = sent(recall, prompt);
    setRecall(next);
    save(next);
    setWords("");
    onSend(prompt);
    // The keys of the stage are free again.
    line.current?.blur();
  };

  const walk = (steps: number) => {
    const next = gone(recall.earlier.at(-1) === undefined && current ? { ...recall, earlier: [current] } : recall, steps, words);
    setRecall(next);
    setWords(shown(next));
  };

  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const act = { Enter: send, ArrowUp: () => walk(1), ArrowDown: () => walk(-1) }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div className="live-line">
      {words === "" && (
        <p key={current} aria-hidden="true" className={clsx("live-now", focused && "opacity-40")}>
          {current}
        </p>
      )}
      <input
        ref={line}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={pressed}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        disabled={disabled}
        maxLength={2000}
        aria-label="Prompt"
        aria-description={`Now: ${current}`}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="send"
        className="live-words"
      />
    </div>
  );
});
