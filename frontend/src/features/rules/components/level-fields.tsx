import { Controller, useFormContext } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { words } from "@/lib/words";
import { KINDS } from "../kinds";
import type { Kind } from "../queries";
import { PARTS, type RuleFields } from "../rule-form";

/** When alerts open and end: the two levels, how long they must hold, over what and in which part of the session. */
export function LevelFields({ kind }: { kind: Kind }) {
  const { register, formState } = useFormContext<RuleFields>();
  const { errors } = formState;
  const { unit, rises } = KINDS[kind];
  const fields = [
    ["enter", `Opens ${rises ? "from" : "down to"}`, unit],
    ["exit", "Ends beyond", unit],
    ["pending", "Must hold for, s", "before it opens"],
    ["keep", "Must be over for, s", "before it ends"],
  ] as const;
  return (
    <>
      <div className="grid grid-cols-2 gap-4">
        {fields.map(([name, label, hint]) => (
          <FormField key={name} label={label} hint={hint} problem={errors[name]?.message}>
            {(field) => <Input {...field} inputMode="decimal" autoComplete="off" {...register(name)} />}
          </FormField>
        ))}
      </div>
      <Window kind={kind} />
      <Schedule />
    </>
  );
}

function Window({ kind }: { kind: Kind }) {
  const { control } = useFormContext<RuleFields>();
  const { windows, windowUnit } = KINDS[kind];
  if (windows.length === 0) return null;
  const choices = windows.map((value) => ({ value, label: windowUnit ? `${value} ${windowUnit}` : words(value) }));
  return (
    <FormField label="Window" hint="Over or against what it is measured.">
      {({ id }) => (
        <Controller
          control={control}
          name="window"
          render={({ field }) => <Select id={id} value={field.value} choices={choices} onChange={field.onChange} />}
        />
      )}
    </FormField>
  );
}

function Schedule() {
  const { control, formState } = useFormContext<RuleFields>();
  return (
    <Controller
      control={control}
      name="schedule"
      render={({ field }) => (
        <fieldset className="grid gap-1.5">
          <legend className="mb-1 font-medium">Judged in</legend>
          <div className="flex flex-wrap gap-4">
            {PARTS.map((part) => (
              <Checkbox
                key={part}
                label={words(part)}
                isChecked={field.value.includes(part)}
                onChange={(is) =>
                  field.onChange(PARTS.filter((one) => (one === part ? is : field.value.includes(one))))
                }
              />
            ))}
          </div>
          {formState.errors.schedule && (
            <p role="alert" className="text-xs font-medium text-critical">
              {formState.errors.schedule.message}
            </p>
          )}
        </fieldset>
      )}
    />
  );
}
