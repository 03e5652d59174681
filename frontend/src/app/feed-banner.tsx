import { PlugZap } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useConnection, useStream } from "@/stream/stream";
import { useFeedView } from "./use-feed-view";

/** Says across the screen when what is shown is not of now. */
export function FeedBanner() {
  const { banner } = useFeedView();
  const { connection } = useConnection();
  const stream = useStream();
  return (
    <div role="alert">
      {banner && (
        <p className="m-4 mb-0 flex items-center gap-3 rounded-lg border border-critical bg-surface px-3 py-2 font-medium">
          <PlugZap className="size-4 shrink-0 text-critical" aria-hidden="true" />
          <span className="flex-1">{banner}</span>
          {connection.kind !== "open" && (
            <Button size="small" onClick={stream.reconnect}>
              Connect now
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
