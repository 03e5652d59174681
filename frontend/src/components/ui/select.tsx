import { getNonce } from "get-nonce";
import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import { classes } from "@/lib/classes";

export interface Choice<T extends string> {
  value: T;
  label: string;
}

interface Props<T extends string> {
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
  /** The name for who cannot see what stands beside it; or give `id` and a <label>. */
  label?: string;
  id?: string;
  className?: string;
  isDisabled?: boolean;
  /** What stands there while nothing is chosen. */
  placeholder?: string;
}

/** One of several. A value must not be empty (Radix keeps "" for nothing): use "all" or "none". */
export function Select<T extends string>({
  value,
  choices,
  onChange,
  label,
  id,
  className,
  isDisabled,
  placeholder,
}: Props<T>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as T)} disabled={isDisabled ?? false}>
      <Radix.Trigger
        id={id}
        aria-label={label}
        className={classes(
          "inline-flex h-8 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-2.5 hover:bg-hover disabled:opacity-50",
          className,
        )}
      >
        <Radix.Value placeholder={placeholder} />
        <ChevronDown className="size-3.5 text-muted" aria-hidden="true" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="z-50 min-w-(--radix-select-trigger-width) rounded-md border bg-surface p-1 shadow-float"
        >
          <Radix.Viewport nonce={getNonce()}>
            {choices.map((choice) => (
              <Radix.Item
                key={choice.value}
                value={choice.value}
                className="relative flex h-8 items-center rounded pr-8 pl-2 outline-none data-highlighted:bg-hover"
              >
                <Radix.ItemText>{choice.label}</Radix.ItemText>
                <Radix.ItemIndicator className="absolute right-2">
                  <Check className="size-4" aria-hidden="true" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
