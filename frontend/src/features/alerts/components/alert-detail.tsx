import { ArrowLeft, X } from "lucide-react";
import { may } from "@/api/boot";
import { SymbolLink } from "@/components/symbol-link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Problem } from "@/components/ui/problem";
import { SeverityMark } from "@/components/ui/severity-mark";
import { SkeletonRows } from "@/components/ui/skeleton";
import { SourceBadge } from "@/components/ui/source-badge";
import { useFormat } from "@/lib/format";
import type { Act } from "../acts";
import type { AlertDetail as Detail } from "../alert-types";
import { useAlert } from "../queries";
import { STATUS_WORDS, titleOf } from "../wording";
import { ActBar } from "./act-bar";
import type { Pending } from "./act-dialog";
import { CommentForm } from "./comment-form";
import { Episode } from "./episode";
import { Records } from "./records";
import { StateBadges } from "./state-badges";
import { Timeline } from "./timeline";
import { Withheld } from "./withheld";

interface Props {
  id: number;
  onClose: () => void;
  ask: (pending: Pending) => void;
  carryOut: (ids: readonly number[], act: Act) => void;
}

/** One alert in full. */
export function AlertDetail({ id, onClose, ask, carryOut }: Props) {
  const { data: alert, error, refetch } = useAlert(id);
  return (
    <article aria-label={`Alert ${id}`} className="@container flex min-h-0 flex-col overflow-auto">
      <div className="flex h-11 shrink-0 items-center gap-2 border-b bg-surface px-3">
        <Button look="quiet" size="small" className="lg:hidden" onClick={onClose}>
          <ArrowLeft aria-hidden="true" /> Alerts
        </Button>
        <span className="text-muted">Alert {id}</span>
        {alert && <SourceBadge source={alert.source} />}
        <Button
          look="quiet"
          size="icon"
          className="ml-auto max-lg:hidden"
          aria-label="Close the alert"
          onClick={onClose}
        >
          <X />
        </Button>
      </div>
      {error && <Problem problem={error} onRetry={() => void refetch()} />}
      {!alert && !error && <SkeletonRows rows={10} />}
      {alert && <Whole alert={alert} ask={ask} carryOut={carryOut} />}
    </article>
  );
}

function Whole({ alert, ask, carryOut }: { alert: Detail } & Pick<Props, "ask" | "carryOut">) {
  const format = useFormat();
  const mayAct = may("alerts.handle");
  return (
    <div className="grid gap-3 p-3">
      <header className="grid gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <SeverityMark severity={alert.severity} className="text-base" />
          <h2 className="text-lg font-semibold">{alert.symbol ? <SymbolLink symbol={alert.symbol} /> : "Platform"}</h2>
          <Badge className={alert.status === "open" ? "text-accent" : "text-muted"}>{STATUS_WORDS[alert.status]}</Badge>
          <StateBadges row={alert} />
        </div>
        <p className="text-muted">{titleOf(alert, format)}</p>
      </header>
      {mayAct && <ActBar alert={alert} ask={ask} carryOut={carryOut} />}
      <Withheld alert={alert} />
      <div className="grid items-start gap-3 @4xl:grid-cols-2">
        <div className="grid gap-3">
          <Episode alert={alert} />
          <Records alert={alert} />
        </div>
        <Timeline id={alert.id}>
          {mayAct && (
            <div className="border-t p-3">
              <CommentForm onDone={(act) => carryOut([alert.id], act)} />
            </div>
          )}
        </Timeline>
      </div>
    </div>
  );
}
