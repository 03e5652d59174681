import { zodResolver } from "@hookform/resolvers/zod";
import { FormProvider, type UseFormReturn, useForm } from "react-hook-form";
import { ApiError } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { canBeTried } from "../kinds";
import { type Rule, useChange, useTrial } from "../queries";
import { FIELD_OF, fieldsOf, NEW_RULE, type RuleFields, ruleForm, valuesOf } from "../rule-form";
import { Refused } from "./refused";
import { RuleFieldset } from "./rule-fieldset";
import { TrialResult } from "./trial-result";

interface Props {
  /** Null for a new one. */
  rule: Rule | null;
  version: number;
  onDone: () => void;
}

/** The form of a rule: tried on stored history first, then stored as a new version of the configuration. */
export function RuleEditor({ rule, version, onDone }: Props) {
  const form = useForm<RuleFields>({
    resolver: zodResolver(ruleForm),
    defaultValues: rule ? fieldsOf(rule) : NEW_RULE,
  });
  const change = useChange();
  const trial = useTrial();
  const kind = form.watch("kind");
  const tryIt = async () => {
    if (!(await form.trigger(["key", "symbols", "enter", "exit", "pending", "keep", "schedule"]))) return;
    trial.mutate(valuesOf(form.getValues()), { onError: (problem) => showFields(form, problem) });
  };
  const store = form.handleSubmit((fields) => {
    const why = { reason: fields.reason, based_on: version };
    const done = { onSuccess: onDone, onError: (problem: Error) => showFields(form, problem) };
    change.mutate({ what: rule ? "replace" : "add", values: valuesOf(fields), why }, done);
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={store} className="grid gap-4" noValidate>
        <RuleFieldset isNew={rule === null} />
        <TrialResult trial={trial.data} isPending={trial.isPending} problem={trial.error} kind={kind} />
        <Refused problem={change.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={() => void tryIt()} disabled={trial.isPending || !canBeTried(kind)}>
            Try on stored history
          </Button>
          <Button look="main" type="submit" disabled={change.isPending}>
            {rule ? "Store the change" : "Store the rule"}
          </Button>
        </div>
      </form>
    </FormProvider>
  );
}

/** Put the server's sentences where their fields are. */
function showFields(form: UseFormReturn<RuleFields>, problem: Error): void {
  if (!(problem instanceof ApiError)) return;
  for (const [name, sentences] of Object.entries(problem.fields)) {
    const field = FIELD_OF[name];
    if (field) form.setError(field, { message: [sentences].flat().join(" ") });
  }
}
