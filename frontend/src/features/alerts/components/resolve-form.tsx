import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form-field";
import { Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { Classification } from "../alert-types";
import { note } from "../notes";
import { CLASSIFICATIONS } from "../wording";
import type { FormProps } from "./act-dialog";

const values = CLASSIFICATIONS.map(({ value }) => value) as [Classification, ...Classification[]];
const form = z.object({
  classification: z.enum(values, { error: "Say what it was." }),
  note: note.min(1, "Say why, in a sentence."),
});

/** What the alert turned out to be, and why: both are needed, and count in the share of false alarms. */
export function ResolveForm({ onDone }: FormProps) {
  const { register, control, handleSubmit, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { note: "" },
  });
  const { errors } = formState;
  return (
    <form onSubmit={handleSubmit((given) => onDone({ verb: "resolve", ...given }))} className="grid gap-4" noValidate>
      <FormField label="What it was" problem={errors.classification?.message}>
        {({ id }) => (
          <Controller
            control={control}
            name="classification"
            render={({ field }) => (
              <Select
                id={id}
                value={field.value ?? ("" as Classification)}
                choices={CLASSIFICATIONS}
                onChange={field.onChange}
                placeholder="Choose"
              />
            )}
          />
        )}
      </FormField>
      <FormField label="Why" problem={errors.note?.message}>
        {(field) => <Textarea {...field} {...register("note")} />}
      </FormField>
      <Button look="main" type="submit" className="justify-self-end">
        Resolve
      </Button>
    </form>
  );
}
