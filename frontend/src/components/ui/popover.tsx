import { Popover as Radix } from "radix-ui";
import type { MouseEventHandler, ReactElement, ReactNode } from "react";
import { classes } from "@/lib/classes";

interface Props {
  trigger: ReactNode;
  /** What it is about, for who cannot see it. */
  label: string;
  children: ReactNode;
  className?: string;
}

export function Popover({ trigger, label, children, className }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align="end"
          sideOffset={6}
          className={classes("z-50 w-80 rounded-md border bg-surface p-3 shadow-float", className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Closes the popover around it when its link is followed. */
export function PopoverClose({
  children,
  onClick,
}: {
  children: ReactElement;
  onClick?: MouseEventHandler | undefined;
}) {
  return (
    <Radix.Close asChild onClick={onClick}>
      {children}
    </Radix.Close>
  );
}
