import clsx from "clsx";
import { useRef } from "react";
import { Icon, type IconName } from "../../components/icon";
import { Select } from "../../components/select";
import type { Kind } from "./refusal";
import type { Inputs } from "./use_input";

const SOURCES: readonly { kind: Kind; title: string; words: string; icon: IconName }[] = [
  { kind: "camera", title: "Camera", words: "What the camera sees", icon: "camera" },
  { kind: "screen", title: "Screen", words: "A screen, a window or a tab", icon: "screen" },
  { kind: "file", title: "Film", words: "A video file, or drop one here", icon: "film" },
];

/** Where pictures may come from, each a button; `small` where they stand above sliders. */
export function Sources({ inputs, small = false }: { inputs: Inputs; small?: boolean }) {
  const picker = useRef<HTMLInputElement>(null);
  const { input, asked } = inputs;
  return (
    <>
      <div className={clsx("camera-sources", small && "camera-sources-small")} role="group" aria-label="Where pictures come from">
        {SOURCES.map(({ kind, title, words, icon }) => (
          <button
            key={kind}
            type="button"
            className="camera-source"
            aria-pressed={input?.kind === kind}
            aria-busy={asked === kind}
            title={small ? words : undefined}
            onClick={() => (kind === "file" ? picker.current?.click() : inputs.choose(kind))}
          >
            <Icon name={icon} size={small ? 20 : 28} />
            <span>{title}</span>
            {!small && <small>{words}</small>}
          </button>
        ))}
      </div>
      <input
        ref={picker}
        type="file"
        accept="video/*"
        className="sr-only"
        tabIndex={-1}
        aria-label="A video file"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) inputs.play(file);
          target.value = "";
        }}
      />
      {inputs.cameras.length > 1 && input?.kind === "camera" && (
        <Select
          label="Which camera"
          value={input.deviceId ?? ""}
          options={inputs.cameras.map(({ id, title }) => ({ value: id, title }))}
          onChange={(id) => inputs.choose("camera", id)}
        />
      )}
    </>
  );
}
