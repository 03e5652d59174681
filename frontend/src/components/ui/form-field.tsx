import { type ReactNode, useId } from "react";

/** What the control inside a field must carry, so that its label, hint and problem are read with it. */
export interface FieldProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface Props {
  label: string;
  hint?: ReactNode;
  /** What is wrong, as a sentence. */
  problem?: string | undefined;
  children: (field: FieldProps) => ReactNode;
}

/** A labelled control: `<FormField label="Name">{(field) => <Input {...field} {...register("name")} />}</FormField>`. */
export function FormField({ label, hint, problem, children }: Props) {
  const id = useId();
  const said = problem ? `${id}-problem` : hint ? `${id}-hint` : undefined;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": said, "aria-invalid": problem ? true : undefined })}
      {hint && !problem && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-xs font-medium text-critical">
          {problem}
        </p>
      )}
    </div>
  );
}
