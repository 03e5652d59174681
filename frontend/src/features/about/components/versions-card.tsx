import { sentenceOf } from "@/api/errors";
import { Card, CardHeader } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { SkeletonRows } from "@/components/ui/skeleton";
import { UNKNOWN } from "@/lib/format";
import { useConfig } from "@/stream/stream";
import { useModelVersions } from "../api/facts";
import { buildOf } from "../build";

/** What runs here. */
export function VersionsCard() {
  const { data, error, isPending } = useModelVersions();
  const { version } = useConfig();
  return (
    <Card aria-label="Versions">
      <CardHeader title="Versions" />
      {isPending && <SkeletonRows rows={3} />}
      {error && <p className="px-3 pt-3 text-high">{sentenceOf(error)}</p>}
      {!isPending && (
        <Facts
          className="p-3"
          facts={[
            ["Model in force", data?.model_in_force ?? UNKNOWN],
            ["Judged model", data ? `${data.model_version}, engine ${data.engine_version}` : UNKNOWN],
            ["Configuration", `Version ${version}`],
            ["These screens", buildOf(document) ?? "A build for development"],
          ]}
        />
      )}
    </Card>
  );
}
