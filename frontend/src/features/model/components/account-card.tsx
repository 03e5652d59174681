import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { istDay, istMoment, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Quality } from "../api/quality";

/** Which model was judged on which data, and what that is worth for the model in force. */
export function AccountCard({ quality }: { quality: Quality }) {
  const format = useFormat();
  const { data, result } = quality;
  const day = (text: string) => istDay(Date.parse(text));
  const isOther = quality.model_version !== quality.model_in_force;
  return (
    <Card aria-label="What was judged">
      <CardHeader
        title="What was judged"
        tools={<Badge className="text-accent">{words(quality.sample).toUpperCase()}</Badge>}
      />
      <div className="grid gap-3 p-3">
        {quality.origin === "shipped" && (
          <p className="font-medium text-replay">
            No backtest is stored here yet. This is the account that is shipped with the model.
          </p>
        )}
        {isOther && (
          <p role="alert" className="font-medium text-high">
            The model in force is {quality.model_in_force}; what stands here is about {quality.model_version}.
          </p>
        )}
        {quality.note && <p className="text-muted">{quality.note}</p>}
        <Facts
          facts={[
            ["Model", `${quality.model_version}, engine ${quality.engine_version}`],
            ["Data", data.origins.join(", ")],
            ["Symbols", data.symbols.join(", ")],
            ["Sessions", `${day(data.first_session)} to ${day(data.last_session)}, ${format.count(data.bars)} bars`],
            ["Fitted on", `${data.fitted_sessions} sessions, ${format.count(data.fitted_cases)} windows`],
            ["Judged on", `${data.judged_sessions} later sessions, ${format.count(quality.score.cases)} windows`],
            ["Question", `A move beyond the ${quality.barrier} barrier within ${quality.horizon_minutes} minutes`],
            result ? ["Stored", `${istMoment(Date.parse(result.stored_at))} by ${result.stored_by}`] : null,
          ]}
        />
      </div>
    </Card>
  );
}
