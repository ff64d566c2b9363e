import { Slider as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** The value in words, with its unit. */
  words: string;
  /** Where the filled part begins: `min`, or the middle of what goes both ways. */
  origin?: number;
  disabled?: boolean;
  onChange: (value: number) => void;
  /** What stands beside the value: a reset, say. */
  children?: ReactNode;
}

/** A value that acts while it moves. */
export function Slider({ label, value, min, max, step, words, origin = min, disabled = false, onChange, children }: SliderProps) {
  const place = (at: number) => ((at - min) / (max - min)) * 100;
  const [from, to] = [Math.min(place(origin), place(value)), Math.max(place(origin), place(value))];
  return (
    <div className="group grid gap-0.5">
      <div className="flex h-6 items-center gap-1 text-14">
        <span className="text-ink-2">{label}</span>
        <span className="ml-auto flex items-center">{children}</span>
        <output className="tabular min-w-14 text-right text-ink">{words}</output>
      </div>
      <Radix.Root
        className="relative flex h-6 touch-none items-center select-none"
        value={[value]}
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        onValueChange={([moved]) => moved !== undefined && onChange(moved)}
      >
        <Radix.Track className="relative h-1 grow rounded-full bg-white/16">
          <span className="absolute h-full rounded-full bg-accent" style={{ left: `${from}%`, width: `${to - from}%` }} />
        </Radix.Track>
        <Radix.Thumb
          aria-label={label}
          aria-valuetext={words}
          className="block size-4 rounded-full bg-[#f2f2f5] shadow-[0_1px_6px_rgb(0_0_0_/_50%)] transition-transform duration-160 hover:scale-125 active:scale-110"
        />
      </Radix.Root>
    </div>
  );
}
