import { Pause, Play } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { useFormat } from "@/lib/format";
import { usePaused, useStream } from "@/stream/stream";

/** Stops the list, and says how much waits. It is the pause of the whole screen, so that there are not two of them. */
export function PauseTools({ waiting }: { waiting: number }) {
  const isPaused = usePaused();
  const stream = useStream();
  const format = useFormat();
  return (
    <>
      {isPaused && (
        <span role="status" className="font-medium text-medium">
          Paused, {format.count(waiting)} waiting
        </span>
      )}
      <Button size="small" aria-pressed={isPaused} onClick={() => stream.setPaused(!isPaused)}>
        {isPaused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
        {isPaused ? "Resume the feed" : "Pause the feed"} <Kbd keys="p" />
      </Button>
    </>
  );
}
