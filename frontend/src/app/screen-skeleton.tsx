import { Skeleton } from "@/components/ui/skeleton";

/** Stands in for a screen whose code is on its way. */
export function ScreenSkeleton() {
  return (
    <div role="status" className="grid gap-3 p-4">
      <span className="sr-only">Loading the screen</span>
      <div className="grid grid-cols-4 gap-3">
        <Skeleton className="h-20" />
        <Skeleton className="h-20" />
        <Skeleton className="h-20" />
        <Skeleton className="h-20" />
      </div>
      <Skeleton className="h-96" />
    </div>
  );
}
