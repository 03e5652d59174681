import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { note } from "../notes";
import type { FormProps } from "./act-dialog";

const CHOICES = [
  { value: "15", label: "15 minutes" },
  { value: "30", label: "30 minutes" },
  { value: "60", label: "1 hour" },
  { value: "120", label: "2 hours" },
  { value: "375", label: "A whole session" },
];
const form = z.object({ minutes: z.string(), note });

export function SnoozeForm({ onDone }: FormProps) {
  const { register, control, handleSubmit, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { minutes: "30", note: "" },
  });
  const submit = handleSubmit(({ minutes, note: said }) =>
    onDone({ verb: "snooze", minutes: Number(minutes), note: said }),
  );
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <FormField label="For how long" hint="In minutes of open market. It ends before when the severity rises.">
        {({ id }) => (
          <Controller
            control={control}
            name="minutes"
            render={({ field }) => <Select id={id} value={field.value} choices={CHOICES} onChange={field.onChange} />}
          />
        )}
      </FormField>
      <FormField label="Note" hint="May stay empty" problem={formState.errors.note?.message}>
        {(field) => <Input {...field} autoComplete="off" {...register("note")} />}
      </FormField>
      <Button look="main" type="submit" className="justify-self-end">
        Snooze
      </Button>
    </form>
  );
}
