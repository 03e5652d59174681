import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { useChange } from "../queries";
import { Refused } from "./refused";

export interface Asking {
  what: "enable" | "disable" | "remove";
  key: string;
}

const TITLES = { enable: "Enable", disable: "Disable", remove: "Remove" };
const EFFECTS = {
  enable: "It judges from the next record on.",
  disable: "Its alerts that go on end.",
  remove: "Its alerts that go on end. Earlier alerts stay; a roll back of the configuration brings the rule again.",
};
const form = z.object({ reason: z.string().trim().min(1, "Say why.") });

interface Props {
  asking: Asking | null;
  version: number;
  onClose: () => void;
}

export function ReasonDialog({ asking, version, onClose }: Props) {
  if (!asking) return null;
  const { what, key } = asking;
  return (
    <Dialog isOpen onClose={onClose} title={`${TITLES[what]} ${key}`} description={EFFECTS[what]}>
      <ReasonForm asking={asking} version={version} onDone={onClose} />
    </Dialog>
  );
}

function ReasonForm({ asking, version, onDone }: { asking: Asking; version: number; onDone: () => void }) {
  const change = useChange();
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { reason: "" },
  });
  const submit = handleSubmit(({ reason }) =>
    change.mutate({ ...asking, why: { reason, based_on: version } }, { onSuccess: onDone }),
  );
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <FormField
        label="Reason"
        hint="Kept with the version that this makes."
        problem={formState.errors.reason?.message}
      >
        {(field) => <Input {...field} autoComplete="off" {...register("reason")} />}
      </FormField>
      <Refused problem={change.error} />
      <Button
        look={asking.what === "enable" ? "main" : "danger"}
        type="submit"
        className="justify-self-end"
        disabled={change.isPending}
      >
        {TITLES[asking.what]}
      </Button>
    </form>
  );
}
