import { Cpu, UserRound } from "lucide-react";
import { istMoment, useFormat } from "@/lib/format";
import type { TimelineEvent } from "../alert-types";
import { lineOf } from "../timeline";

/** One line of the timeline. Its time is the data's where it has one, else the clock's. */
export function TimelineItem({ event }: { event: TimelineEvent }) {
  const format = useFormat();
  const { what, change, score, isPerson } = lineOf(event);
  const Icon = isPerson ? UserRound : Cpu;
  const when = event.at ?? event.recorded_at;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5">
      <Icon className="mt-0.5 size-4 text-muted" aria-hidden="true" />
      <div>
        <p>
          <b>{what}</b> {change}
          {score !== undefined && <span className="text-muted"> at a score of {format.score(score)}</span>}
          <span className="text-muted"> by {event.actor}</span>
        </p>
        {event.note && <p className="mt-1 rounded bg-raised px-2 py-1 whitespace-pre-wrap">{event.note}</p>}
        <time dateTime={when} className="text-xs text-muted">
          {istMoment(Date.parse(when))}
        </time>
      </div>
    </li>
  );
}
