import { useRef } from "react";
import type { ModelView } from "../../api/schema";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Menu, type MenuItem } from "../../components/menu";
import { Select } from "../../components/select";
import type { Board } from "../../film/board";
import { SIZES } from "../../film/presets";
import { clock } from "../../film/timeline";
import { Chooser } from "../making/chooser";
import { modelsOf } from "../making/fields";
import { nameOf } from "./shelf";

interface HeadProps {
  board: Board;
  others: readonly Board[];
  total: number;
  fps: number;
  models: readonly ModelView[];
  making: boolean;
  onChange: (change: Partial<Board>) => void;
  onMake: () => void;
  onNew: () => void;
  onOpen: (id: string) => void;
  onDuplicate: () => void;
  onDrop: () => void;
  onImport: (file: File) => void;
  onExport: (way: "yaml" | "json") => void;
  onAdvanced: () => void;
}

/** What holds for the whole film, and what can be done with its storyboard. */
export function Head(props: HeadProps) {
  const { board, others, total, fps, models, making, onChange, onMake } = props;
  const chooser = useRef<HTMLInputElement>(null);
  const items: MenuItem[] = [
    { title: "New storyboard", icon: "plus", onChoose: props.onNew },
    { title: "Duplicate", icon: "copy", onChoose: props.onDuplicate },
    { title: "Import…", icon: "upload", onChoose: () => chooser.current?.click() },
    { title: "Export as YAML", icon: "download", onChoose: () => props.onExport("yaml") },
    { title: "Export as JSON", icon: "braces", onChoose: () => props.onExport("json") },
    ...others.slice(0, 8).map((other, index) => ({ title: short(nameOf(other)), icon: "open" as const, hint: `${other.shots.length}`, apart: index === 0, onChoose: () => props.onOpen(other.id) })),
    { title: "Delete this storyboard", icon: "trash", apart: true, onChoose: props.onDrop },
  ];
  return (
    <header className="films-head">
      <h1 className="sr-only">Films</h1>
      <input className="films-name" aria-label="The film’s name" value={board.name} placeholder={nameOf(board)} maxLength={200} onChange={({ target }) => onChange({ name: target.value })} />
      <p className="films-length tabular">
        {clock(total / fps)} <span className="text-ink-3">· {total} frames</span>
      </p>
      <div className="films-settings">
        {board.extend === null ? (
          <Select label="Size" value={board.preset} options={SIZES} onChange={(preset) => onChange({ preset })} />
        ) : (
          <Select label="Size" disabled value="" options={[{ value: "", title: "As the clip" }]} onChange={() => undefined} />
        )}
        <Select label="Model" value={board.model} options={modelsOf(models, board.model)} onChange={(model) => onChange({ model })} />
      </div>
      <div className="films-deeds">
        <Button look="icon" aria-label="Advanced" title="Advanced" onClick={props.onAdvanced}>
          <Icon name="sliders" />
        </Button>
        <Menu items={items}>
          <Button look="icon" aria-label="Storyboards">
            <Icon name="menu" />
          </Button>
        </Menu>
        <Button look="main" disabled={making} onClick={onMake}>
          <Icon name="create" size={18} />
          Make the film
        </Button>
      </div>
      <Chooser
        chooser={chooser}
        types=".yaml,.yml,.json,application/json,application/yaml"
        label="A storyboard’s file"
        onFile={props.onImport}
      />
    </header>
  );
}

function short(words: string): string {
  return words.length > 36 ? `${words.slice(0, 35).trimEnd()}…` : words;
}
