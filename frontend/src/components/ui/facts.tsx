import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

interface Props {
  /** Names and what is said of each; null leaves a line out. */
  facts: readonly (readonly [name: string, value: ReactNode] | null)[];
  className?: string;
}

/** Names on the left, values on the right. */
export function Facts({ facts, className }: Props) {
  return (
    <dl className={classes("grid grid-cols-[minmax(7rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5", className)}>
      {facts
        .filter((fact) => fact !== null)
        .map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
