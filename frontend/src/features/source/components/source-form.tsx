import { useState } from "react";
import { toast } from "sonner";
import { ApiError, sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { type Source, useChooseSource } from "../api/market";
import { type Draft, draftOf, obstacleOf, wishOf } from "../wish";
import { ModeChoice } from "./mode-choice";
import { ReplayChoice } from "./replay-choice";
import { SymbolChoice } from "./symbol-choice";

/** Choose which market everybody sees. A draft keeps the version that it was begun from. */
export function SourceForm({ source }: { source: Source }) {
  const [begun, setBegun] = useState<Draft | null>(null);
  const choose = useChooseSource();
  const draft = begun ?? draftOf(source);
  const change = (changes: Partial<Draft>) => setBegun({ ...draft, ...changes });
  const obstacle = obstacleOf(draft, source);
  const send = () =>
    choose.mutate(wishOf(draft), {
      onSuccess: () => {
        setBegun(null);
        toast.success("The choice is stored; the feed takes it up now.");
      },
    });
  const reset = () => {
    setBegun(null);
    choose.reset();
  };
  return (
    <Card aria-label="Choose the market">
      <CardHeader title="Choose the market" note="For everybody who looks at this platform" />
      <form
        className="grid gap-4 p-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (obstacle === null) send();
        }}
      >
        <ModeChoice value={draft.mode} modes={source.modes} onChange={(mode) => change({ mode })} />
        {draft.mode === "replay" && (
          <ReplayChoice source={source} file={draft.file} speed={draft.speed} onChange={change} />
        )}
        <SymbolChoice chosen={draft.symbols} most={source.most_symbols} onChange={(symbols) => change({ symbols })} />
        <FormField label="Reason" hint={obstacle}>
          {(field) => (
            <Input
              {...field}
              value={draft.reason}
              maxLength={500}
              onChange={(event) => change({ reason: event.target.value })}
            />
          )}
        </FormField>
        {choose.error && <Refused problem={choose.error} source={source} />}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" look="main" disabled={obstacle !== null || choose.isPending}>
            {choose.isPending ? "Storing…" : "Feed this market"}
          </Button>
          {begun && (
            <Button look="quiet" onClick={reset}>
              Start again from what is in force
            </Button>
          )}
          <span className="text-xs text-muted">The run that is open ends; the new one begins within seconds.</span>
        </div>
      </form>
    </Card>
  );
}

function Refused({ problem, source }: { problem: unknown; source: Source }) {
  const isMoved = problem instanceof ApiError && problem.code === "source_moved";
  return (
    <p role="alert" className="font-medium text-critical">
      {sentenceOf(problem)}
      {isMoved && source.chosen_by && ` ${source.chosen_by} chose meanwhile: “${source.reason}”.`}
    </p>
  );
}
