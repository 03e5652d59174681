import { Controller, useFormContext } from "react-hook-form";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { KINDS, NEW_KINDS } from "../kinds";
import type { Kind } from "../queries";
import { LEVELS, type RuleFields } from "../rule-form";
import { LevelFields } from "./level-fields";
import { ScopeFields } from "./scope-fields";

/** Everything that a rule says. */
export function RuleFieldset({ isNew }: { isNew: boolean }) {
  const { register, control, watch, setValue, formState } = useFormContext<RuleFields>();
  const { errors } = formState;
  const [key, kind, isBuiltIn] = watch(["key", "kind", "isBuiltIn"]);
  const choose = (next: Kind) => {
    setValue("kind", next);
    setValue("window", KINDS[next].windows[0] ?? "");
  };
  return (
    <>
      {isNew && (
        <FormField
          label="Name"
          hint="Small letters, digits and underscores; alerts carry it."
          problem={errors.key?.message}
        >
          {(field) => <Input {...field} autoComplete="off" className="font-mono" {...register("key")} />}
        </FormField>
      )}
      <FormField
        label="What it measures"
        hint={isNew ? undefined : "A rule of another kind has another name."}
        problem={errors.kind?.message}
      >
        {({ id }) => (
          <Select
            id={id}
            value={kind}
            isDisabled={!isNew}
            choices={(isNew ? NEW_KINDS : [kind]).map((value) => ({ value, label: KINDS[value].name }))}
            onChange={choose}
          />
        )}
      </FormField>
      {key !== "score" && (
        <FormField label="Severity of its alerts" problem={errors.severity?.message}>
          {({ id }) => (
            <Controller
              control={control}
              name="severity"
              render={({ field }) => (
                <Select
                  id={id}
                  value={field.value}
                  choices={LEVELS.map((value) => ({ value, label: value }))}
                  onChange={field.onChange}
                />
              )}
            />
          )}
        </FormField>
      )}
      {isBuiltIn ? (
        <p className="text-muted">The levels of a built-in rule are settings of the configuration.</p>
      ) : (
        <LevelFields kind={kind} />
      )}
      <ScopeFields />
      <Controller
        control={control}
        name="enabled"
        render={({ field }) => <Switch label="Enabled" isOn={field.value} onChange={field.onChange} />}
      />
      <FormField label="Reason" hint="Kept with the version that this makes." problem={errors.reason?.message}>
        {(field) => <Input {...field} autoComplete="off" {...register("reason")} />}
      </FormField>
    </>
  );
}
