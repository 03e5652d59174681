import { BellOff, Plus } from "lucide-react";
import { useState } from "react";
import { may } from "@/api/boot";
import { AlertTabs } from "@/components/alert-tabs";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { Segmented } from "@/components/ui/segmented";
import { Sheet } from "@/components/ui/sheet";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useSearchParam } from "@/lib/search-param";
import { words } from "@/lib/words";
import { EndDialog } from "./components/end-dialog";
import { SilenceEditor } from "./components/silence-editor";
import { SilenceTable } from "./components/silence-table";
import { type Silence, STATES, useSilences } from "./queries";

/** What nobody is told of for a while, because somebody said so and why. */
export default function SilencesScreen() {
  const [state, setState] = useSearchParam("state", STATES, "active");
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<Silence | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSilences(state);
  const silences = data?.pages.flatMap((page) => page.results);
  const mayChange = may("alerts.handle");
  const choices = STATES.map((value) => ({ value, label: words(value) }));
  return (
    <div className="grid gap-3 p-3">
      <h1 className="sr-only">Silences</h1>
      <AlertTabs />
      <Card aria-label="Silences">
        <CardHeader
          title="Silences"
          note="Alerts go on; nobody is notified"
          tools={
            <>
              <Segmented label="State" value={state} choices={choices} onChange={setState} />
              {mayChange && (
                <Button look="main" size="small" onClick={() => setMaking(true)}>
                  <Plus aria-hidden="true" /> New silence
                </Button>
              )}
            </>
          }
        />
        {error && <Problem problem={error} onRetry={() => void refetch()} />}
        {!silences && !error && <SkeletonRows rows={4} />}
        {silences?.length === 0 && (
          <Empty title={state === "all" ? "Nothing was ever silenced" : `No silence is ${state}`} icon={BellOff}>
            A silence withholds notifications of what it names until it ends.
          </Empty>
        )}
        {silences && silences.length > 0 && <SilenceTable silences={silences} onEnd={mayChange ? setEnding : null} />}
        {hasNextPage && (
          <div className="p-2 text-center">
            <Button size="small" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Older silences
            </Button>
          </div>
        )}
      </Card>
      <Sheet isOpen={isMaking} onClose={() => setMaking(false)} title="New silence">
        <SilenceEditor onDone={() => setMaking(false)} />
      </Sheet>
      <EndDialog silence={ending} onClose={() => setEnding(null)} />
    </div>
  );
}
