import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { istMoment } from "@/lib/format";
import { useHistory, type Version } from "../api/config";
import { ChangeList } from "./change-list";
import { RollBackDialog } from "./roll-back-dialog";

/** All versions, newest first, with what each changed. */
export function HistoryCard({ inForce }: { inForce: number }) {
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useHistory();
  const [chosen, setChosen] = useState<Version | null>(null);
  const versions = data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <Card aria-label="History">
      <CardHeader title="History" note="Newest first" />
      {isPending && <SkeletonRows rows={5} />}
      {error && !data && <Problem problem={error} onRetry={refetch} />}
      <ol className="divide-y">
        {versions.map((version) => (
          <Entry key={version.version} version={version} inForce={inForce} onRollBack={() => setChosen(version)} />
        ))}
      </ol>
      {hasNextPage && (
        <div className="p-2">
          <Button size="small" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {isFetchingNextPage ? "Reading…" : "Older versions"}
          </Button>
        </div>
      )}
      {chosen && <RollBackDialog version={chosen} onClose={() => setChosen(null)} />}
    </Card>
  );
}

interface EntryProps {
  version: Version;
  inForce: number;
  onRollBack: () => void;
}

function Entry({ version, inForce, onRollBack }: EntryProps) {
  const isInForce = version.version === inForce;
  return (
    <li className="grid gap-1 px-3 py-2">
      <p className="flex flex-wrap items-center gap-2">
        <b>Version {version.version}</b>
        {isInForce && <Badge className="text-accent">In force</Badge>}
        {version.rolled_back_to !== null && <Badge>Back to {version.rolled_back_to}</Badge>}
        <span className="text-xs text-muted">{istMoment(Date.parse(version.created_at))}</span>
        {!isInForce && (
          <Button size="small" look="quiet" className="ml-auto" onClick={onRollBack}>
            Roll back <span className="sr-only">to version {version.version}</span>
          </Button>
        )}
      </p>
      <p className="text-xs">
        {version.author || "The platform"}: {version.reason}
      </p>
      <ChangeList changes={version.changes} />
    </li>
  );
}
