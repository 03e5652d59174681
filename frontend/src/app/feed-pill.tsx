import { SourceBadge } from "@/components/ui/source-badge";
import { classes } from "@/lib/classes";
import { duration, lag } from "@/lib/format";
import type { FeedView } from "@/stream/feed-view";
import { useFeed, useServerClock } from "@/stream/stream";
import { useFeedView } from "./use-feed-view";

const DOTS: Record<FeedView["tone"], string> = {
  good: "rounded-full bg-live",
  wait: "rounded-xs bg-medium",
  lost: "rotate-45 bg-critical",
};

/** Whose numbers these are, whether they flow, how far the pipeline lags and how old the newest record is. */
export function FeedPill() {
  const { words, tone } = useFeedView();
  const { source, heartbeat, dataAtMs, offsetMs } = useFeed();
  const nowMs = useServerClock();
  return (
    <div className="flex items-center gap-3">
      <SourceBadge source={source} />
      <span role="status" className="inline-flex min-w-24 items-center gap-2 font-medium whitespace-nowrap">
        <i className={classes("size-2.5", DOTS[tone])} aria-hidden="true" />
        {words}
      </span>
      <dl className="flex gap-3 max-lg:gap-2">
        <Fact name="Lag" value={lag(heartbeat?.pipeline_lag_ms)} />
        <Fact name="Data age" value={duration(dataAtMs === null ? null : nowMs - dataAtMs - offsetMs)} />
      </dl>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-13 leading-tight">
      <dt className="eyebrow whitespace-nowrap">{name}</dt>
      <dd className="font-medium whitespace-nowrap">{value}</dd>
    </div>
  );
}
