import { useState } from "react";
import { toast } from "sonner";
import { ApiError, sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { type Config, useDryRun, useSave, useValidation, type Values } from "../api/config";
import { changesOf, type Draft, grouped, written } from "../draft";
import { useSettledChanges } from "../use-settled-changes";
import { EffectView } from "./effect-view";
import { MovedNotice } from "./moved-notice";
import { SettingField } from "./setting-field";

const SHORTEST_REASON = 3;

/** All settings, tried and then stored as a new version. */
export function ConfigForm({ config }: { config: Config }) {
  const inForce = config.values as Values;
  const [draft, setDraft] = useState<Draft>({});
  const [basedOn, setBasedOn] = useState(config.version);
  const [reason, setReason] = useState("");
  const changes = changesOf(draft, inForce, config.settings);
  const names = Object.keys(changes);
  const { settled, isSettled } = useSettledChanges(changes);
  const validation = useValidation(settled);
  const dryRun = useDryRun();
  const save = useSave();
  const isMoved = names.length > 0 && basedOn !== config.version;
  const isKnownGood = isSettled && !validation.isPlaceholderData && validation.data?.valid === true;
  const problemOf = (name: string) =>
    names.length > 0 ? validation.data?.problems.find((problem) => problem.name === name)?.sentence : undefined;
  const change = (name: string, text: string) => {
    if (names.length === 0) setBasedOn(config.version);
    setDraft({ ...draft, [name]: text });
    dryRun.reset();
    save.reset();
  };
  const clear = () => {
    setDraft({});
    setReason("");
    dryRun.reset();
    save.reset();
  };
  const store = () =>
    save.mutate(
      { values: changes, reason: reason.trim(), basedOn },
      {
        onSuccess: (stored) => {
          clear();
          toast.success(`Version ${stored.version} is in force.`);
        },
      },
    );
  return (
    <form
      className="grid grid-cols-[minmax(0,1fr)] gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        store();
      }}
    >
      {grouped(config.settings).map(([group, settings]) => (
        <Card key={group} aria-label={group}>
          <CardHeader title={group} />
          <div className="grid gap-1 p-1 sm:grid-cols-2 2xl:grid-cols-4">
            {settings.map((setting) => (
              <SettingField
                key={setting.name}
                setting={setting}
                text={draft[setting.name] ?? written(inForce[setting.name])}
                inForce={written(inForce[setting.name])}
                problem={problemOf(setting.name)}
                onChange={(text) => change(setting.name, text)}
              />
            ))}
          </div>
        </Card>
      ))}
      {names.length > 0 && (
        <Card aria-label="The draft" className="sticky bottom-0 shadow-float">
          <CardHeader title="The draft" note={`${names.length} changed, begun from version ${basedOn}`} />
          <div className="grid max-h-[50vh] gap-3 overflow-auto p-3">
            {isMoved && <MovedNotice config={config} onTakeOver={() => setBasedOn(config.version)} />}
            {validation.error && (
              <p role="alert" className="text-critical">
                {sentenceOf(validation.error)}
              </p>
            )}
            {dryRun.error && (
              <p role="alert" className="text-critical">
                {sentenceOf(dryRun.error)}
              </p>
            )}
            {dryRun.data && <EffectView effect={dryRun.data} />}
            <FormField label="Reason" hint="For the colleague who reads the history; three letters at least">
              {(field) => (
                <Input {...field} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
              )}
            </FormField>
            {save.error && !(save.error instanceof ApiError && save.error.code === "config_moved") && (
              <p role="alert" className="font-medium text-critical">
                {sentenceOf(save.error)}
              </p>
            )}
            <div className="flex flex-wrap gap-2">
              <Button disabled={!isKnownGood || dryRun.isPending} onClick={() => dryRun.mutate(changes)}>
                {dryRun.isPending ? "Judging…" : "Dry run"}
              </Button>
              <Button
                type="submit"
                look="main"
                disabled={!isKnownGood || isMoved || save.isPending || reason.trim().length < SHORTEST_REASON}
              >
                {save.isPending ? "Storing…" : "Store as a new version"}
              </Button>
              <Button look="quiet" onClick={clear}>
                Discard
              </Button>
            </div>
          </div>
        </Card>
      )}
    </form>
  );
}
