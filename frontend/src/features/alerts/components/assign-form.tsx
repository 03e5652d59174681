import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { boot } from "@/api/boot";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Problem } from "@/components/ui/problem";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { note } from "../notes";
import { useAssignees } from "../queries";
import type { FormProps } from "./act-dialog";

const NOBODY = "nobody at all";
const form = z.object({ assignee: z.string(), note });

export function AssignForm({ onDone }: FormProps) {
  const { data: people, error, refetch } = useAssignees(true);
  const { username } = boot().user;
  const { register, control, handleSubmit, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { assignee: username, note: "" },
  });
  if (error) return <Problem problem={error} onRetry={() => void refetch()} />;
  if (!people) return <SkeletonRows rows={2} />;
  const choices = [
    ...people.map((name) => ({ value: name, label: name === username ? `${name} (you)` : name })),
    { value: NOBODY, label: "Nobody" },
  ];
  const submit = handleSubmit(({ assignee, note: said }) =>
    onDone({ verb: "assign", assignee: assignee === NOBODY ? null : assignee, note: said }),
  );
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <FormField label="Whose it is to be" hint="They are told on every channel of theirs.">
        {({ id }) => (
          <Controller
            control={control}
            name="assignee"
            render={({ field }) => <Select id={id} value={field.value} choices={choices} onChange={field.onChange} />}
          />
        )}
      </FormField>
      <FormField label="Note" hint="May stay empty" problem={formState.errors.note?.message}>
        {(field) => <Input {...field} autoComplete="off" {...register("note")} />}
      </FormField>
      <Button look="main" type="submit" className="justify-self-end">
        Assign
      </Button>
    </form>
  );
}
