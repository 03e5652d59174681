import { duration, istClock, istDay, UNKNOWN } from "@/lib/format";
import { PHASES } from "@/lib/words";
import { useFeed, useServerClock } from "@/stream/stream";

/** The market's session with its countdown, and the clock in IST: in a replay the recorded one. */
export function SessionClock() {
  const { heartbeat, source, newestMs } = useFeed();
  const serverMs = useServerClock();
  const isReplay = source === "replay" && newestMs !== null;
  const nowMs = isReplay ? newestMs : serverMs;
  const session = heartbeat?.session;
  const left = session?.until ? duration(Date.parse(session.until) - nowMs) : null;
  return (
    <dl className="flex gap-4 border-l pl-3">
      <div className="leading-tight">
        <dt className="eyebrow whitespace-nowrap">{session ? (PHASES[session.phase] ?? session.phase) : "Session"}</dt>
        <dd className="font-medium whitespace-nowrap">
          {left === null ? UNKNOWN : `${session?.phase === "open" ? "closes in" : "next in"} ${left}`}
        </dd>
      </div>
      <div className="leading-tight max-lg:hidden">
        <dt className="eyebrow whitespace-nowrap">{isReplay ? `Replay of ${istDay(nowMs)}` : "IST"}</dt>
        <dd className="font-medium">{istClock(nowMs)}</dd>
      </div>
    </dl>
  );
}
