import type { ComponentProps } from "react";
import { classes } from "@/lib/classes";

/** A plain table. Numbers take `className="num"` in their heading and cells. */
export function Table({ className, ...rest }: ComponentProps<"table">) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: where it is wider than its card, the arrow keys scroll it
    <div className="overflow-x-auto" tabIndex={0}>
      <table className={classes("w-full border-collapse", className)} {...rest} />
    </div>
  );
}

export function Th({ className, scope = "col", ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope={scope}
      className={classes(
        "h-9 border-b bg-raised px-(--cell-x) not-[.num]:text-left text-[11px] font-semibold whitespace-nowrap text-muted",
        className,
      )}
      {...rest}
    />
  );
}

export function Td({ className, ...rest }: ComponentProps<"td">) {
  return <td className={classes("h-(--row) border-b px-(--cell-x)", className)} {...rest} />;
}
