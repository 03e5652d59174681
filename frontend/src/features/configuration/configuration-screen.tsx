import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useConfiguration } from "./api/config";
import { AdoptionCard } from "./components/adoption-card";
import { ConfigForm } from "./components/config-form";
import { HistoryCard } from "./components/history-card";

/** What administrators change while the platform runs. */
export default function ConfigurationScreen() {
  const { data: config, error, isPending, refetch } = useConfiguration();
  return (
    <div className="grid gap-3 p-3">
      <h1 className="sr-only">Configuration</h1>
      {isPending && <SkeletonRows rows={12} />}
      {error && !config && <Problem problem={error} onRetry={refetch} />}
      {config && (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 lg:grid-cols-[minmax(0,1fr)_26rem]">
          <ConfigForm config={config} />
          <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
            <AdoptionCard config={config} />
            <HistoryCard inForce={config.version} />
          </div>
        </div>
      )}
    </div>
  );
}
