import { Button } from "@/components/ui/button";
import { istMoment } from "@/lib/format";
import type { Config } from "../api/config";
import { ChangeList } from "./change-list";

/** Somebody else was faster: who, why and what, before one's own changes go on top. */
export function MovedNotice({ config, onTakeOver }: { config: Config; onTakeOver: () => void }) {
  return (
    <div role="alert" className="grid gap-1.5 rounded-md border border-high p-2">
      <p className="font-medium text-high">
        {config.author} stored version {config.version} meanwhile, {istMoment(Date.parse(config.created_at))}: “
        {config.reason}”
      </p>
      <ChangeList changes={config.changes} />
      <Button size="small" className="justify-self-start" onClick={onTakeOver}>
        Keep my changes on top of version {config.version}
      </Button>
    </div>
  );
}
