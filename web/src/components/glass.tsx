import clsx from "clsx";
import type { ComponentProps } from "react";

/** A pane of glass before the picture. */
export function Glass({ className, ...rest }: ComponentProps<"div">) {
  return <div className={clsx("glass", className)} {...rest} />;
}
