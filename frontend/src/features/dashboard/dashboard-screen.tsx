import { AlertRail } from "./components/alert-rail";
import { KpiCards } from "./components/kpi-cards";
import { ScoreTreemap } from "./components/score-treemap";
import { SymbolTable } from "./components/symbol-table";

/** Everything that moves, at a glance: from the stream only. */
export default function DashboardScreen() {
  return (
    <div className="grid min-h-full grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] gap-3 p-3 xl:h-full">
      <h1 className="sr-only">Dashboard</h1>
      <KpiCards />
      <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] gap-3 max-xl:grid-rows-[26rem_20rem] xl:grid-cols-[minmax(0,1fr)_19rem]">
        <SymbolTable />
        <aside className="grid min-h-0 gap-3 max-xl:grid-cols-2 xl:grid-rows-[minmax(14rem,1fr)_minmax(10rem,1fr)]">
          <ScoreTreemap />
          <AlertRail />
        </aside>
      </div>
    </div>
  );
}
