import type { ComponentProps } from "react";
import { classes } from "@/lib/classes";

/** A small word in a frame. Its colour is the text's: `className="text-high"`. */
export function Badge({ className, ...rest }: ComponentProps<"span">) {
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1 rounded border border-current/40 px-1.5 py-px text-[11px] leading-4 font-semibold whitespace-nowrap",
        className,
      )}
      {...rest}
    />
  );
}
