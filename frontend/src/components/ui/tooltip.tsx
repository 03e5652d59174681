import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** More about a control, on hover and focus. Nothing that must be known belongs here alone. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          className="z-50 max-w-72 rounded-md border bg-surface px-2.5 py-1.5 text-xs text-text shadow-float"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
