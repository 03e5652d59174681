import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { classes } from "@/lib/classes";

const look = cva(
  "inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        main: "bg-accent text-on-accent hover:brightness-110",
        quiet: "text-text hover:bg-hover",
        outline: "border border-line-strong bg-surface text-text hover:bg-hover",
        danger: "border border-critical text-critical hover:bg-critical/10",
      },
      size: { small: "h-7 px-2 text-xs", normal: "h-8 px-3", icon: "size-8" },
    },
    defaultVariants: { look: "outline", size: "normal" },
  },
);

type Props = ComponentProps<"button"> & VariantProps<typeof look> & { asChild?: boolean };

/** A button; with `asChild` its look on a link. An icon alone needs an `aria-label`. */
export function Button({ className, look: variant, size, asChild = false, type = "button", ...rest }: Props) {
  const Part = asChild ? Slot.Root : "button";
  return (
    <Part {...(asChild ? {} : { type })} className={classes(look({ look: variant, size }), className)} {...rest} />
  );
}
