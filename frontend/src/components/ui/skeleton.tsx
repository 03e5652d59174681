import { classes } from "@/lib/classes";

/** The place of something that is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={classes("animate-pulse rounded bg-hover", className)} />;
}

/** Several lines on their way, with a word for who cannot see them. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" className="grid gap-2 p-3">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} className="h-6" />
      ))}
    </div>
  );
}
