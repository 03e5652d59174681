import { useState } from "react";
import { classes } from "@/lib/classes";
import type { Act } from "./acts";
import { ActDialog, type Pending } from "./components/act-dialog";
import { AlertDetail } from "./components/alert-detail";
import { AlertList } from "./components/alert-list";
import { useAct } from "./use-act";
import { useAlertKeys } from "./use-alert-keys";
import { useChosen } from "./use-chosen";
import { useFilters } from "./use-filters";
import { useLiveAlerts } from "./use-live-alerts";
import { useMarks } from "./use-marks";
import { useSections } from "./use-sections";

/** Triage: what waits for somebody first, with one alert in full beside it. */
export default function AlertsScreen() {
  const [filters, changeFilters] = useFilters();
  const sections = useSections(filters);
  const chosen = useChosen(sections.order);
  const marks = useMarks();
  const [pending, setPending] = useState<Pending | null>(null);
  const { mutate } = useAct();
  useLiveAlerts();
  const carryOut = (ids: readonly number[], act: Act) => {
    for (const id of ids) mutate({ id, act });
    marks.clear();
    setPending(null);
  };
  useAlertKeys({ chosen, marks, sections, ask: setPending, carryOut });
  const isOpen = chosen.id !== null;
  return (
    <div
      className={classes(
        "grid h-full min-h-0 grid-rows-[minmax(0,1fr)]",
        isOpen && "lg:grid-cols-[minmax(18rem,2fr)_minmax(0,3fr)]",
      )}
    >
      <AlertList
        className={isOpen ? "max-lg:hidden" : ""}
        {...{ filters, changeFilters, sections, marks }}
        chosenId={chosen.id}
        ask={setPending}
        carryOut={carryOut}
      />
      {chosen.id !== null && (
        <AlertDetail
          key={chosen.id}
          id={chosen.id}
          onClose={() => chosen.choose(null)}
          ask={setPending}
          carryOut={carryOut}
        />
      )}
      <ActDialog pending={pending} onClose={() => setPending(null)} carryOut={carryOut} />
    </div>
  );
}
