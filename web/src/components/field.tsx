import clsx from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  /** What is wrong with what was written. */
  problem?: string | null | undefined;
  children: (name: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ReactNode;
}

/** A label, what is written under it, and what is wrong with that. */
export function Field({ label, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-2">
      <label htmlFor={id} className="text-14 text-ink-2">
        {label}
      </label>
      {children(problem ? { id, "aria-describedby": `${id}-problem`, "aria-invalid": true } : { id })}
      {problem && (
        <p id={`${id}-problem`} className="text-14 text-fail">
          {problem}
        </p>
      )}
    </div>
  );
}

const WRITTEN =
  "w-full rounded-xl bg-white/5 px-4 text-16 text-ink shadow-[inset_0_0_0_1px_rgb(255_255_255_/_16%)] placeholder:text-ink-3 focus:shadow-[inset_0_0_0_1px_var(--accent)] focus:outline-none";

/** One line of words. */
export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={clsx(WRITTEN, "h-11", className)} autoComplete="off" {...rest} />;
}

/** Several lines of words. */
export function Area({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={clsx(WRITTEN, "resize-none py-3", className)} rows={3} {...rest} />;
}
