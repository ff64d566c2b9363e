import { type ChangeEvent, memo, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Area, Field } from "../../components/field";
import { Icon } from "../../components/icon";
import { Tip } from "../../components/tip";
import { complain, toast } from "../../components/toast";
import { type Bank, parsed, place, set, written } from "./bank";

interface BankPanelProps {
  bank: Bank;
  /** What is dreamt of now. */
  current: string;
  onChange: (bank: Bank) => void;
  onPlay: (slot: number) => void;
}

/** Nine prompts, one key away each. */
export const BankPanel = memo(function BankPanel({ bank, current, onChange, onPlay }: BankPanelProps) {
  const [editing, setEditing] = useState<number | null>(null);
  const keep = () => {
    const slot = place(bank, current);
    if (slot === null) return toast("All nine places are taken: edit the one that may go.");
    onChange(set(bank, slot, current));
    toast(`On key ${slot + 1} now.`);
  };
  return (
    <section aria-label="Bank of prompts" className="grid gap-2">
      <header className="flex items-center">
        <h2 className="pl-3 text-14 text-ink-3">Bank</h2>
        <span className="ml-auto flex">
          <Tip words="Keep this prompt">
            <Button look="icon" aria-label="Keep this prompt in the bank" onClick={keep}>
              <Icon name="plus" size={18} />
            </Button>
          </Tip>
          <Shared bank={bank} onChange={onChange} />
        </span>
      </header>
      <ol className="grid">
        {bank.map((prompt, slot) => (
          <Slot
            key={slot}
            slot={slot}
            prompt={prompt}
            playing={prompt !== "" && prompt === current}
            onPlay={() => (prompt === "" ? setEditing(slot) : onPlay(slot))}
            onEdit={() => setEditing(slot)}
          />
        ))}
      </ol>
      {editing !== null && (
        <Editor
          slot={editing}
          prompt={bank[editing] ?? ""}
          onClose={() => setEditing(null)}
          onSave={(prompt) => {
            onChange(set(bank, editing, prompt));
            setEditing(null);
          }}
        />
      )}
    </section>
  );
});

interface SlotProps {
  slot: number;
  prompt: string;
  playing: boolean;
  onPlay: () => void;
  onEdit: () => void;
}

function Slot({ slot, prompt, playing, onPlay, onEdit }: SlotProps) {
  return (
    <li className="group/slot relative flex">
      <button
        type="button"
        onClick={onPlay}
        aria-current={playing || undefined}
        aria-keyshortcuts={String(slot + 1)}
        className="flex min-h-11 min-w-0 grow items-center gap-3 rounded-xl px-3 text-left text-14 text-ink-2 transition-colors duration-160 hover:bg-white/8 hover:text-ink aria-[current]:text-ink"
      >
        <kbd className={`tabular w-3 shrink-0 font-sans ${playing ? "text-accent" : "text-ink-3"}`}>{slot + 1}</kbd>
        <span className="line-clamp-2 pr-7">{prompt || <span className="text-ink-3">empty</span>}</span>
      </button>
      <button
        type="button"
        onClick={onEdit}
        aria-label={`Edit prompt ${slot + 1}`}
        className="absolute top-0 right-0 grid h-11 w-9 place-items-center rounded-xl text-ink-3 opacity-0 transition-opacity duration-160 group-hover/slot:opacity-100 hover:text-ink focus-visible:opacity-100 [@media(hover:none)]:opacity-100"
      >
        <Icon name="edit" size={16} />
      </button>
    </li>
  );
}

function Editor({ slot, prompt, onSave, onClose }: { slot: number; prompt: string; onSave: (prompt: string) => void; onClose: () => void }) {
  const [words, setWords] = useState(prompt);
  return (
    <Dialog open onClose={onClose} title={`Prompt on key ${slot + 1}`}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          onSave(words);
        }}
      >
        <Field label="Words">
          {(name) => (
            <Area
              {...name}
              value={words}
              onChange={(event) => setWords(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && !event.shiftKey) {
                  event.preventDefault();
                  onSave(words);
                }
              }}
              maxLength={2000}
            />
          )}
        </Field>
        <footer className="flex justify-end gap-2">
          <Button look="quiet" onClick={() => onSave("")} disabled={prompt === ""}>
            Empty it
          </Button>
          <Button look="main" type="submit">
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The bank as a file, out and in. */
function Shared({ bank, onChange }: { bank: Bank; onChange: (bank: Bank) => void }) {
  const chooser = useRef<HTMLInputElement>(null);
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    event.target.value = "";
    if (file === undefined) return;
    try {
      const before = bank;
      onChange(parsed(await file.text()));
      toast("The bank is another one now.", { action: "Undo", onAction: () => onChange(before), seconds: 10 });
    } catch (error) {
      complain(error);
    }
  };
  const give = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([written(bank)], { type: "application/json" }));
    link.download = "reverie-bank.json";
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  return (
    <>
      <Tip words="Save the bank as a file">
        <Button look="icon" aria-label="Save the bank as a file" onClick={give}>
          <Icon name="download" size={18} />
        </Button>
      </Tip>
      <Tip words="Take a bank from a file">
        <Button look="icon" aria-label="Take a bank from a file" onClick={() => chooser.current?.click()}>
          <Icon name="upload" size={18} />
        </Button>
      </Tip>
      <input ref={chooser} type="file" accept="application/json,.json" hidden onChange={(event) => void take(event)} />
    </>
  );
}
