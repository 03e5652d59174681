import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { Card, CardHeader } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { classes } from "@/lib/classes";
import { duration, istMoment, lag, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { MarketStatus } from "../api/market";

const seconds = (value: number | null) => (value === null ? UNKNOWN : duration(1000 * value));

/** What the provider's ticks look like. */
export function ProviderCard({ status: { provider, feed } }: { status: MarketStatus }) {
  return (
    <Card aria-label="Provider">
      <CardHeader title="Provider" note={words(feed.feed_state)} />
      <div className="p-3">
        {provider ? (
          <Ticks provider={provider} lagMs={feed.pipeline_lag_ms} />
        ) : (
          <p className="text-muted">The feed has not reported yet.</p>
        )}
      </div>
    </Card>
  );
}

function Ticks({ provider, lagMs }: { provider: NonNullable<MarketStatus["provider"]>; lagMs: number | null }) {
  const format = useFormat();
  const refused = Object.entries(provider.refused).filter(([, count]) => count > 0);
  const lastTick = provider.last_tick_at ? istMoment(Date.parse(provider.last_tick_at)) : UNKNOWN;
  return (
    <Facts
      facts={[
        ["Ticks a second", format.number(provider.ticks_per_second, 1)],
        ["Read", `${format.count(provider.ticks_read)}, of which ${format.count(provider.ticks_accepted)} taken`],
        [
          "Refused",
          refused.length ? refused.map(([why, count]) => `${words(why)} ${format.count(count)}`).join(", ") : "None",
        ],
        ["Gaps", format.count(provider.gaps)],
        ["Last tick", `${lastTick}, ${seconds(provider.last_tick_age_seconds)} old`],
        ["Until scored", lag(lagMs)],
        ["Reported", `Run ${provider.run}, ${seconds(provider.reported_seconds_ago)} ago`],
      ]}
    />
  );
}

type Component = MarketStatus["components"][number];
const MARKS: Record<string, { icon: typeof CircleCheck; colour: string }> = {
  ok: { icon: CircleCheck, colour: "text-live" },
  down: { icon: CircleX, colour: "text-critical" },
};

/** The parts of the platform, as `/health` knows them. */
export function PartsCard({ components }: { components: readonly Component[] }) {
  return (
    <Card aria-label="Parts of the platform">
      <CardHeader title="Parts of the platform" />
      <ul className="divide-y">
        {components.map(({ name, status, detail }) => {
          const { icon: Icon, colour } = MARKS[status] ?? { icon: CircleAlert, colour: "text-high" };
          return (
            <li key={name} className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-3 px-3 py-1.5">
              <span className="flex items-center gap-2 font-medium">
                <Icon className={classes("size-4 shrink-0", colour)} aria-hidden="true" />
                {words(name)}
              </span>
              <span className="min-w-0 break-words text-muted">
                <b className={classes("font-medium", colour)}>{status}</b> {detail}
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
