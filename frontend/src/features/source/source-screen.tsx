import { may } from "@/api/boot";
import { Card, CardHeader } from "@/components/ui/card";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useMarketStatus, useSource } from "./api/market";
import { PartsCard, ProviderCard } from "./components/health-card";
import { MODES } from "./components/mode-choice";
import { RunningCard } from "./components/running-card";
import { SessionCard } from "./components/session-card";
import { SourceForm } from "./components/source-form";

/** Where the numbers come from: what is fed, what may be chosen, and how healthy it is. */
export default function SourceScreen() {
  return (
    <div className="grid gap-3 p-3">
      <h1 className="sr-only">Data source</h1>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <Choosing />
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <Standing />
        </div>
      </div>
    </div>
  );
}

function Choosing() {
  const { data: source, error, isPending, refetch } = useSource();
  if (isPending) return <SkeletonRows rows={10} />;
  if (!source) return <Problem problem={error} onRetry={refetch} />;
  return (
    <>
      {error && <Outdated />}
      <RunningCard source={source} />
      {may("config.write") ? <SourceForm source={source} /> : <Offered modes={source.modes} />}
    </>
  );
}

function Offered({ modes }: { modes: { mode: keyof typeof MODES; available: boolean; reason: string | null }[] }) {
  return (
    <Card aria-label="Markets">
      <CardHeader title="Markets" note="Administrators choose" />
      <ul className="divide-y">
        {modes.map(({ mode, available, reason }) => (
          <li key={mode} className="px-3 py-2">
            <b>{MODES[mode].title}</b> <span className="text-muted">{MODES[mode].meaning}</span>
            {!available && <p className="text-xs font-medium text-high">{reason}</p>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Standing() {
  const { data: status, error, isPending, refetch } = useMarketStatus();
  if (isPending) return <SkeletonRows rows={10} />;
  if (!status) return <Problem problem={error} onRetry={refetch} />;
  return (
    <>
      {error && <Outdated />}
      <SessionCard status={status} />
      <ProviderCard status={status} />
      <PartsCard components={status.components} />
    </>
  );
}

function Outdated() {
  return (
    <p role="status" className="rounded-md border border-high px-3 py-2 font-medium text-high">
      The server does not answer: what stands below is no longer of now.
    </p>
  );
}
