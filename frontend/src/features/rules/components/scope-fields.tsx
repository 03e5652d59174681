import { Controller, useFormContext } from "react-hook-form";
import { FormField } from "@/components/ui/form-field";
import { Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { type RuleFields, SCOPES } from "../rule-form";

const LABELS: Record<RuleFields["scope"], string> = {
  all: "All symbols",
  NSE: "Symbols of NSE",
  BSE: "Symbols of BSE",
  symbols: "These symbols",
};

/** Whom the rule judges. */
export function ScopeFields() {
  const { register, control, watch, formState } = useFormContext<RuleFields>();
  const { errors } = formState;
  return (
    <>
      <FormField label="Judges" problem={errors.scope?.message}>
        {({ id }) => (
          <Controller
            control={control}
            name="scope"
            render={({ field }) => (
              <Select
                id={id}
                value={field.value}
                choices={SCOPES.map((value) => ({ value, label: LABELS[value] }))}
                onChange={field.onChange}
              />
            )}
          />
        )}
      </FormField>
      {watch("scope") === "symbols" && (
        <FormField label="Symbols" hint="Apart by commas or spaces." problem={errors.symbols?.message}>
          {(field) => <Textarea {...field} rows={2} {...register("symbols")} />}
        </FormField>
      )}
    </>
  );
}
