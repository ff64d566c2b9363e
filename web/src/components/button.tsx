import clsx from "clsx";
import type { ComponentProps } from "react";

const LOOKS = {
  /** The one thing to do here. */
  main: "bg-accent text-ground font-medium hover:brightness-110 px-5",
  /** Anything else. */
  quiet: "text-ink-2 hover:text-ink hover:bg-white/8 px-4",
  /** Outlined, where it stands alone on glass. */
  plain: "text-ink shadow-[inset_0_0_0_1px_var(--line)] bg-white/5 hover:bg-white/10 px-4",
  /** A square with an icon; it needs an `aria-label`. */
  icon: "text-ink-2 hover:text-ink hover:bg-white/8 w-11 aria-pressed:*:text-accent aria-pressed:bg-white/8",
} as const;

interface ButtonProps extends ComponentProps<"button"> {
  look?: keyof typeof LOOKS;
}

/** A button, 44 px high. */
export function Button({ look = "plain", className, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={clsx(
        "inline-flex h-11 shrink-0 items-center justify-center gap-2 rounded-xl text-14 transition-[background-color,color,filter] duration-160",
        "disabled:cursor-default disabled:opacity-40",
        LOOKS[look],
        className,
      )}
      {...rest}
    />
  );
}
