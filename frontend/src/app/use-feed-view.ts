import { type FeedView, feedView } from "@/stream/feed-view";
import { useConnection, useFeed, useServerClock, useStream } from "@/stream/stream";

/** How the feed stands now, in words; once a second and whenever something is heard. */
export function useFeedView(): FeedView {
  const { connection, isSilent } = useConnection();
  const { heartbeat, newestMs, judgedMs, offsetMs } = useFeed();
  const store = useStream();
  useServerClock();
  return feedView({ heartbeat, connection, isSilent, newestMs, judgedMs, heardMs: store.heardAtMs + offsetMs });
}
