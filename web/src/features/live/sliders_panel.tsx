import clsx from "clsx";
import { memo } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Slider } from "../../components/slider";
import { Tip } from "../../components/tip";
import { SETTINGS, type Range, type Setting, type SettingName, type Settings, held } from "./settings";
import type { Midi } from "./use_midi";

interface SlidersPanelProps {
  settings: Settings;
  /** Where the resets go: how the performance began. */
  first: Settings;
  /** Ranges that the model sets, instead of ours; null for what it can't do. */
  ranges: Partial<Record<SettingName, Range | null>>;
  /** Those there are, where not all of them mean something. */
  names?: readonly SettingName[] | undefined;
  midi: Midi;
  onMove: (name: SettingName, value: number) => void;
  onResetAll: () => void;
}

/** What is steered by hand. */
export const SlidersPanel = memo(function SlidersPanel({ settings, first, ranges, names, midi, onMove, onResetAll }: SlidersPanelProps) {
  return (
    <section aria-label="Sliders" className="grid gap-2">
      <header className="flex items-center">
        <h2 className="pl-1 text-14 text-ink-3">Steering</h2>
        <span className="ml-auto flex">
          {midi.able && (
            <Tip words={midi.teaching ? "End MIDI learn" : "MIDI learn"}>
              <Button look="icon" aria-label="MIDI learn" aria-pressed={midi.teaching} onClick={midi.toggle}>
                <span className="text-14">MIDI</span>
              </Button>
            </Tip>
          )}
          <Tip words="Everything as it began">
            <Button look="icon" aria-label="Reset all sliders" onClick={onResetAll}>
              <Icon name="reset" size={18} />
            </Button>
          </Tip>
        </span>
      </header>
      {midi.teaching && <p className="px-1 pb-1 text-14 text-ink-2">{midi.chosen === null ? "Choose a slider, then turn a knob." : "Turn a knob on your controller."}</p>}
      <div className="grid gap-2.5 px-1">
        {SETTINGS.filter(({ name }) => names?.includes(name) ?? true).map((setting) => (
          <Row
            key={setting.name}
            setting={{ ...setting, ...ranges[setting.name] }}
            value={settings[setting.name]}
            first={first[setting.name]}
            able={ranges[setting.name] !== null}
            midi={midi}
            onMove={(value) => onMove(setting.name, value)}
          />
        ))}
      </div>
    </section>
  );
});

interface RowProps {
  setting: Setting;
  value: number;
  first: number;
  able: boolean;
  midi: Midi;
  onMove: (value: number) => void;
}

function Row({ setting, value, first, able, midi, onMove }: RowProps) {
  const { name, label, min, max, step, words, help } = setting;
  const moved = able && Math.abs(value - first) > step / 2;
  return (
    <div title={able ? help : "The model that dreams now has none"} className={able ? "" : "opacity-50"}>
      <Slider
        label={label}
        value={held(value, setting)}
        min={min}
        max={max}
        step={step}
        words={able ? words(value) : "none"}
        origin={min < 0 ? (min + max) / 2 : min}
        disabled={!able}
        onChange={onMove}
      >
        {midi.teaching ? (
          <button
            type="button"
            aria-pressed={midi.chosen === name}
            aria-label={`Teach ${label} a knob`}
            onClick={() => midi.choose(name)}
            className={clsx("h-6 rounded-md px-2 text-14 shadow-[inset_0_0_0_1px_var(--line)]", midi.chosen === name ? "bg-accent text-ground" : "text-ink-2")}
          >
            {midi.control(name) ?? "learn"}
          </button>
        ) : (
          <button
            type="button"
            aria-label={`Reset ${label}`}
            onClick={() => onMove(first)}
            disabled={!moved}
            className={clsx("grid size-6 place-items-center rounded-md text-ink-3 transition-opacity duration-160 hover:text-ink", !moved && "opacity-0")}
          >
            <Icon name="reset" size={14} />
          </button>
        )}
      </Slider>
    </div>
  );
}
