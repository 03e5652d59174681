import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { Button } from "./button";

interface Props {
  isOpen: boolean;
  onClose?: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A question in the middle of the page. Without `onClose` it must be answered. */
export function Dialog({ isOpen, onClose, title, description, children, className }: Props) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => !next && onClose?.()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={classes(
            "fixed top-[12vh] left-1/2 z-50 max-h-[80vh] w-[min(30rem,94vw)] -translate-x-1/2 overflow-auto rounded-lg border bg-surface p-5 shadow-float",
            className,
          )}
        >
          <Radix.Title className="pr-8 text-base font-semibold">{title}</Radix.Title>
          {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
          <div className="mt-4">{children}</div>
          {onClose && (
            <Radix.Close asChild>
              <Button look="quiet" size="icon" className="absolute top-3 right-3" aria-label="Close">
                <X />
              </Button>
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
