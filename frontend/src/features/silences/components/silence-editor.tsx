import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, FormProvider, useForm } from "react-hook-form";
import { may } from "@/api/boot";
import { sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useCreate } from "../queries";
import { istLocal, LEVELS, type SilenceFields, silenceForm, silenceOf } from "../silence-form";
import { EndField } from "./end-field";
import { ScopeFields } from "./scope-fields";

const HOUR_MS = 3_600_000;

function blank(): SilenceFields {
  const ends = istLocal(Date.now() + HOUR_MS);
  return { symbols: "", exchanges: [], rules: [], isAll: false, max_severity: "HIGH", reason: "", ends };
}

/** A new silence: what, up to which severity, why and until when. */
export function SilenceEditor({ onDone }: { onDone: () => void }) {
  const form = useForm<SilenceFields>({ resolver: zodResolver(silenceForm), defaultValues: blank() });
  const create = useCreate();
  const { errors } = form.formState;
  const submit = form.handleSubmit((fields) => create.mutate(silenceOf(fields), { onSuccess: onDone }));
  // Only administrators silence what is CRITICAL.
  const levels = LEVELS.filter((level) => level !== "CRITICAL" || may("config.write"));
  return (
    <FormProvider {...form}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <ScopeFields />
        <FormField label="Up to severity" hint="What is above it is told all the same.">
          {({ id }) => (
            <Controller
              control={form.control}
              name="max_severity"
              render={({ field }) => (
                <Select
                  id={id}
                  value={field.value}
                  choices={levels.map((value) => ({ value, label: value }))}
                  onChange={field.onChange}
                />
              )}
            />
          )}
        </FormField>
        <EndField />
        <FormField label="Reason" hint="Shown with every alert that it concerns." problem={errors.reason?.message}>
          {(field) => <Input {...field} autoComplete="off" {...form.register("reason")} />}
        </FormField>
        {create.error && (
          <p role="alert" className="rounded-md border border-critical px-3 py-2 text-critical">
            {sentenceOf(create.error)}
          </p>
        )}
        <Button look="main" type="submit" className="justify-self-end" disabled={create.isPending}>
          Silence
        </Button>
      </form>
    </FormProvider>
  );
}
