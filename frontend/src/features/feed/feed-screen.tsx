import { useMemo, useState } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { useEventLog, usePaused } from "@/stream/stream";
import { FeedFilters } from "./components/feed-filters";
import { FeedList } from "./components/feed-list";
import { FeedNote } from "./components/feed-note";
import { PauseTools } from "./components/pause-tools";
import { passes } from "./filter";
import { lineOf, storedLine } from "./lines";
import { rowsOf } from "./rows";
import { useEarlierAlerts } from "./use-earlier-alerts";
import { useFeedFilter } from "./use-feed-filter";
import { useHeld } from "./use-held";

/** What happens, as it happens: changes of severity and state, alerts, configuration and the connection. */
export default function FeedScreen() {
  const { filter } = useFeedFilter();
  const [isScrolled, setScrolled] = useState(false);
  const isPaused = usePaused();
  const { events, sinceMs } = useEventLog();
  const { shown, waiting } = useHeld(events, isPaused || isScrolled);
  const earlier = useEarlierAlerts(filter, sinceMs);
  const rows = useMemo(() => {
    const seen = shown.map(lineOf).filter((line) => passes(line, filter));
    return rowsOf(
      seen,
      earlier.alerts.map(storedLine).filter((line) => passes(line, filter)),
    );
  }, [shown, earlier.alerts, filter]);
  const waitingLines = useMemo(
    () => waiting.map(lineOf).filter((line) => passes(line, filter)).length,
    [waiting, filter],
  );
  return (
    <div className="flex h-full min-h-96 flex-col gap-3 p-3">
      <h1 className="sr-only">Market feed</h1>
      <Card aria-label="Events" className="flex min-h-0 flex-1 flex-col">
        <CardHeader
          title="Events"
          note={<FeedNote seen={shown.length} />}
          tools={<PauseTools waiting={waitingLines} />}
        />
        <FeedFilters />
        <FeedList
          rows={rows}
          waiting={isPaused ? 0 : waitingLines}
          earlier={earlier}
          onScrolled={setScrolled}
          filter={filter}
        />
      </Card>
    </div>
  );
}
