import type { ReactNode } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useTimeline } from "../queries";
import { TimelineItem } from "./timeline-item";

/** Everything that happened to an alert, machine and people, oldest first; what may be added stands below. */
export function Timeline({ id, children }: { id: number; children: ReactNode }) {
  const { data, error, refetch } = useTimeline(id);
  const events = data?.results;
  return (
    <Card aria-label="Timeline">
      <CardHeader title="Timeline" note={data?.next ? "The first 500 lines" : undefined} />
      {error && <Problem problem={error} onRetry={() => void refetch()} />}
      {!events && !error && <SkeletonRows rows={4} />}
      {events?.length === 0 && <Empty title="Older than timelines" />}
      <ol className="grid gap-3 p-3">
        {events?.map((event) => (
          <TimelineItem key={event.id} event={event} />
        ))}
      </ol>
      {children}
    </Card>
  );
}
