import { SearchX } from "lucide-react";
import { Navigate, useParams } from "react-router";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { useRecord } from "@/stream/stream";
import { useInstrument } from "./api/use-instrument";
import { ChainCard } from "./components/chain-card";
import { EpisodesCard } from "./components/episodes-card";
import { FeaturesCard } from "./components/features-card";
import { HistoryChart } from "./components/history-chart";
import { ReasonsChart } from "./components/reasons-chart";
import { SymbolHeader } from "./components/symbol-header";
import { WhyCard } from "./components/why-card";

/** Everything about one symbol: now, over time, why, and what happened to it before. */
export default function SymbolScreen() {
  const { symbol = "" } = useParams();
  const instrument = useInstrument(symbol);
  const isHeard = useRecord(symbol) !== undefined;
  if (instrument.isError && !isHeard)
    return <Problem problem={instrument.error} onRetry={() => void instrument.refetch()} />;
  if (instrument.data === null && !isHeard)
    return (
      <Empty title={`There is no symbol ${symbol}.`} icon={SearchX}>
        Press Ctrl K to search all instruments of the platform.
      </Empty>
    );
  if (instrument.data && instrument.data.symbol !== symbol)
    return <Navigate to={`/symbols/${encodeURIComponent(instrument.data.symbol)}`} replace />;
  // A key per symbol: an explanation of one must not stand on the page of another.
  return (
    <div key={symbol} className="grid grid-cols-1 gap-3 p-3">
      <SymbolHeader symbol={symbol} />
      <div className="grid grid-cols-1 gap-3 xl:grid-cols-[minmax(0,1fr)_25rem]">
        <HistoryChart symbol={symbol} />
        <ReasonsChart symbol={symbol} />
      </div>
      <div className="grid grid-cols-1 items-start gap-3 xl:grid-cols-2">
        <WhyCard symbol={symbol} />
        <EpisodesCard symbol={symbol} />
      </div>
      <ChainCard symbol={symbol} />
      <FeaturesCard symbol={symbol} />
    </div>
  );
}
