import type { ComponentProps } from "react";
import { classes } from "@/lib/classes";

const LOOK =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 placeholder:text-muted aria-invalid:border-critical disabled:opacity-50";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={classes("h-8", LOOK, className)} {...rest} />;
}

export function Textarea({ className, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={rows} className={classes("py-1.5", LOOK, className)} {...rest} />;
}
