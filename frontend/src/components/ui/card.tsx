import type { ComponentProps, ReactNode } from "react";
import { classes } from "@/lib/classes";

export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={classes("rounded-lg border bg-surface", className)} {...rest} />;
}

interface HeaderProps {
  title: ReactNode;
  note?: ReactNode;
  tools?: ReactNode;
}

/** The line at the top of a card: what it shows, and controls on the right. */
export function CardHeader({ title, note, tools }: HeaderProps) {
  return (
    <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1">
      <h2 className="font-semibold">{title}</h2>
      {note && <span className="text-xs text-muted">{note}</span>}
      {tools && <div className="ml-auto flex items-center gap-1.5">{tools}</div>}
    </header>
  );
}
