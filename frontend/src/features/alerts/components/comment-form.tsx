import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form-field";
import { Textarea } from "@/components/ui/input";
import { note } from "../notes";
import type { FormProps } from "./act-dialog";

const form = z.object({ note: note.min(1, "Write something.") });

/** A line for the timeline. */
export function CommentForm({ onDone }: FormProps) {
  const { register, handleSubmit, reset, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { note: "" },
  });
  const submit = handleSubmit((given) => {
    onDone({ verb: "comment", note: given.note });
    reset();
  });
  return (
    <form onSubmit={submit} className="grid gap-2" noValidate>
      <FormField label="Comment" problem={formState.errors.note?.message}>
        {(field) => <Textarea {...field} rows={2} {...register("note")} />}
      </FormField>
      <Button type="submit" className="justify-self-end">
        Comment
      </Button>
    </form>
  );
}
