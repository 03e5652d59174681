import { useSearchParams } from "react-router";
import { Problem } from "@/components/ui/problem";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { istMoment } from "@/lib/format";
import { type Quality, useQuality } from "./api/quality";
import { AccountCard } from "./components/account-card";
import { FiguresCard } from "./components/figures-card";
import { HighCard } from "./components/high-card";
import { PeriodsCard } from "./components/periods-card";
import { ReliabilityCard } from "./components/reliability-card";
import { RiskCard } from "./components/risk-card";
import { RivalsCard } from "./components/rivals-card";

const NEWEST = "newest";

/** How good the score is, by a backtest's stored account. */
export default function ModelScreen() {
  const [given, setGiven] = useSearchParams();
  const asked = /^\d+$/.test(given.get("result") ?? "") ? String(given.get("result")) : NEWEST;
  const choose = (result: string) => setGiven(result === NEWEST ? {} : { result }, { replace: true });
  const { data: quality, error, isPending, refetch } = useQuality(asked);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 p-3">
      <h1 className="sr-only">Model quality</h1>
      {isPending && <SkeletonRows rows={12} />}
      {error && <Problem problem={error} onRetry={refetch} />}
      {error && asked !== NEWEST && (
        <button type="button" className="text-accent underline" onClick={() => choose(NEWEST)}>
          Show the newest account
        </button>
      )}
      {quality && !error && (
        <>
          {quality.results.length > 0 && <Accounts quality={quality} asked={asked} onChoose={choose} />}
          <Account quality={quality} />
        </>
      )}
    </div>
  );
}

function Account({ quality }: { quality: Quality }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 lg:grid-cols-2">
      <AccountCard quality={quality} />
      <FiguresCard quality={quality} />
      <ReliabilityCard bins={quality.bins} />
      <PeriodsCard quality={quality} />
      <HighCard quality={quality} />
      <RivalsCard quality={quality} />
      <div className="min-w-0 lg:col-span-2">
        <RiskCard rows={quality.value_at_risk} />
      </div>
    </div>
  );
}

interface AccountsProps {
  quality: Quality;
  asked: string;
  onChoose: (result: string) => void;
}

function Accounts({ quality, asked, onChoose }: AccountsProps) {
  const stored = quality.results.map(({ id, stored_at, model_version }) => ({
    value: String(id),
    label: `${id}: ${model_version}, ${istMoment(Date.parse(stored_at))}`,
  }));
  const choices = [{ value: NEWEST, label: "Newest" }, ...stored];
  return (
    <Select
      label="Stored backtest"
      value={asked}
      choices={choices}
      onChange={onChoose}
      className="justify-self-start"
    />
  );
}
