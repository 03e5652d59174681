import { Layers } from "lucide-react";
import { lazy, Suspense } from "react";
import { ChartFrame } from "@/components/charts/chart-frame";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { Select } from "@/components/ui/select";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";
import { istDay, istMoment, useFormat } from "@/lib/format";
import { useTextParam } from "@/lib/search-param";
import { type Chain, useChain } from "../api/use-chain";
import { smileOf } from "../smile";
import { ChainFigures } from "./chain-figures";
import { GreeksTable } from "./greeks-table";

const SmileChart = lazy(() => import("./smile-chart"));

/** The newest stored option chain: its smile, and the Greeks around the forward. Or why there is none. */
export function ChainCard({ symbol }: { symbol: string }) {
  const [expiry, setExpiry] = useTextParam("expiry");
  const asked = useChain(symbol, expiry);
  if (asked.isPending || asked.isError || !asked.data.chain)
    return (
      <Card aria-label="Options">
        <CardHeader title="Options" />
        {asked.isPending && <SkeletonRows rows={4} />}
        {asked.isError && <Problem problem={asked.error} onRetry={() => void asked.refetch()} />}
        {asked.data && (
          <Empty title={asked.data.reason ?? "No chain"} icon={Layers}>
            Chains come from the exchange's files, which operators import (manage.py import_chain). The score then reads
            realised moves in place of implied volatility.
          </Empty>
        )}
      </Card>
    );
  const { chain, expiries } = asked.data;
  const choices = expiries.map((one) => ({ value: one.expiry, label: istDay(Date.parse(one.expiry)) }));
  return (
    <div className="grid grid-cols-1 items-start gap-3 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Smile
        chain={chain}
        tools={<Select label="Expiry" value={chain.expiry} choices={choices} onChange={setExpiry} className="h-7" />}
      />
      <GreeksTable chain={chain} />
    </div>
  );
}

function Smile({ chain, tools }: { chain: Chain; tools: React.ReactNode }) {
  const format = useFormat();
  const points = smileOf(chain.quotes);
  const table = () => ({
    headings: ["Strike, ₹", "Implied volatility, % a year", "Side"],
    rows: points.map(({ strike, volatility, side }) => [format.price(strike), format.number(volatility, 2), side]),
  });
  return (
    <ChartFrame title="Smile" note={`as of ${istMoment(Date.parse(chain.observed_at))}`} tools={tools} table={table}>
      <ChainFigures chain={chain} />
      {points.length === 0 ? (
        <Empty title="No quote of this expiry has an implied volatility" icon={Layers}>
          {Object.entries(chain.refused)
            .map(([reason, count]) => `${count} ${reason.replaceAll("_", " ")}`)
            .join(", ")}
        </Empty>
      ) : (
        <Suspense fallback={<Skeleton className="m-3 h-64" />}>
          <SmileChart points={points} forward={chain.forward} />
        </Suspense>
      )}
    </ChartFrame>
  );
}
