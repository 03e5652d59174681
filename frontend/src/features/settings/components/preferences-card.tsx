import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { ApiError, sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { refusedField } from "@/lib/refused-field";
import { PHASES } from "@/lib/words";
import { type Preferences, usePreferences, useSavePreferences } from "../api/notifications";
import { changesOf, draftOf, QUIET_PHASES } from "../preference-draft";

/** What one is told of, and when one is left alone. */
export function PreferencesCard() {
  const { data, error, isPending, refetch } = usePreferences();
  return (
    <Card aria-label="Notifications">
      <CardHeader title="Notifications" note="Of alerts, on all your channels" />
      {isPending && <SkeletonRows rows={4} />}
      {error && !data && <Problem problem={error} onRetry={refetch} />}
      {data && <Form stored={data} />}
    </Card>
  );
}

function Form({ stored }: { stored: Preferences }) {
  const [begun, setDraft] = useState<ReturnType<typeof draftOf> | null>(null);
  const save = useSavePreferences();
  const draft = begun ?? draftOf(stored);
  const refusal = save.error instanceof ApiError ? save.error : undefined;
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(changesOf(draft), {
      onSuccess: () => {
        setDraft(null);
        toast.success("Your notifications are as you chose.");
      },
    });
  };
  const text = (
    label: string,
    name: "symbols" | "quietFrom" | "quietTo",
    field: string,
    hint: string,
    type: string,
  ) => (
    <FormField label={label} hint={hint} problem={refusedField(refusal?.fields, field)}>
      {(given) => (
        <Input
          {...given}
          type={type}
          value={draft[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </FormField>
  );
  return (
    <form className="grid gap-4 p-3" onSubmit={send}>
      {text("Symbols", "symbols", "symbols", "With commas; empty: all of them", "text")}
      <Switch
        label="Tell me when an alert ends, too"
        isOn={draft.tellsEndings}
        onChange={(tellsEndings) => change({ tellsEndings })}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        {text("Quiet from (IST)", "quietFrom", "quiet_from", "Messages wait until the quiet ends", "time")}
        {text("Quiet until (IST)", "quietTo", "quiet_to", "May lie after midnight", "time")}
      </div>
      <fieldset>
        <legend className="mb-1 font-medium">Quiet while the market is in</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          {QUIET_PHASES.map((phase) => (
            <Checkbox
              key={phase}
              label={PHASES[phase] ?? phase}
              isChecked={draft.quietPhases.includes(phase)}
              onChange={(isChecked) =>
                change({
                  quietPhases: isChecked
                    ? [...draft.quietPhases, phase]
                    : draft.quietPhases.filter((one) => one !== phase),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      <Switch
        label="Quiet times hold CRITICAL back as well"
        isOn={draft.quietHoldsCritical}
        onChange={(quietHoldsCritical) => change({ quietHoldsCritical })}
      />
      {save.error && (
        <p role="alert" className="font-medium text-critical">
          {sentenceOf(save.error)}
        </p>
      )}
      <Button type="submit" look="main" className="justify-self-start" disabled={begun === null || save.isPending}>
        Save
      </Button>
    </form>
  );
}
