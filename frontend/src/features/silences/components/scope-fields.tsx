import { Controller, useFormContext } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { FormField } from "@/components/ui/form-field";
import { Textarea } from "@/components/ui/input";
import { Problem } from "@/components/ui/problem";
import { Skeleton } from "@/components/ui/skeleton";
import { words } from "@/lib/words";
import { useRuleKeys } from "../queries";
import { EXCHANGES, type SilenceFields } from "../silence-form";

/** What is silenced: every part that is named must fit; one that is left open fits everything. */
export function ScopeFields() {
  const { register, control, watch, formState } = useFormContext<SilenceFields>();
  const isAll = watch("isAll");
  return (
    <>
      <Controller
        control={control}
        name="isAll"
        render={({ field }) => <Checkbox label="Everything" isChecked={field.value} onChange={field.onChange} />}
      />
      {!isAll && (
        <>
          <FormField
            label="Symbols"
            hint="Apart by commas or spaces; none: all of them."
            problem={formState.errors.symbols?.message}
          >
            {(field) => <Textarea {...field} rows={2} {...register("symbols")} />}
          </FormField>
          <Several name="exchanges" label="Exchanges" all={EXCHANGES} />
          <RuleFields />
        </>
      )}
    </>
  );
}

/** The rules of the configuration in force, the product's own and those that are data. */
function RuleFields() {
  const { data, error, refetch } = useRuleKeys();
  if (error) return <Problem problem={error} onRetry={() => void refetch()} />;
  return data ? <Several name="rules" label="Rules" all={data} /> : <Skeleton className="h-24" />;
}

interface SeveralProps {
  name: "exchanges" | "rules";
  label: string;
  all: readonly string[];
}

function Several({ name, label, all }: SeveralProps) {
  const { control } = useFormContext<SilenceFields>();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => {
        const chosen: readonly string[] = field.value;
        const toggle = (one: string, is: boolean) =>
          field.onChange(all.filter((each) => (each === one ? is : chosen.includes(each))));
        return (
          <fieldset>
            <legend className="mb-1 font-medium">{label}</legend>
            <div className="grid grid-cols-2 gap-1.5">
              {all.map((one) => (
                <Checkbox
                  key={one}
                  label={name === "rules" ? words(one) : one}
                  isChecked={chosen.includes(one)}
                  onChange={(is) => toggle(one, is)}
                />
              ))}
            </div>
          </fieldset>
        );
      }}
    />
  );
}
