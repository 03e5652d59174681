import { useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { istLocal, type SilenceFields } from "../silence-form";

const SPANS = [
  { label: "1 h", hours: 1 },
  { label: "4 h", hours: 4 },
  { label: "1 day", hours: 24 },
  { label: "1 week", hours: 168 },
];

/** When it ends, on an Indian clock: typed, or so long from now. */
export function EndField() {
  const { register, setValue, formState } = useFormContext<SilenceFields>();
  const take = (hours: number) =>
    setValue("ends", istLocal(Date.now() + hours * 3_600_000), { shouldValidate: true, shouldDirty: true });
  return (
    <FormField label="Ends, IST" problem={formState.errors.ends?.message}>
      {(field) => (
        <div className="flex flex-wrap items-center gap-2">
          <Input {...field} type="datetime-local" className="w-52" {...register("ends")} />
          {SPANS.map(({ label, hours }) => (
            <Button key={label} size="small" onClick={() => take(hours)}>
              {label}
            </Button>
          ))}
        </div>
      )}
    </FormField>
  );
}
