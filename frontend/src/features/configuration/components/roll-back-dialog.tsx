import { useState } from "react";
import { toast } from "sonner";
import { sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { useRollBack, type Version } from "../api/config";

const SHORTEST_REASON = 3;

/** The values of an earlier version, as a new one, with a reason. */
export function RollBackDialog({ version, onClose }: { version: Version; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const rollBack = useRollBack();
  const send = () =>
    rollBack.mutate(
      { version: version.version, reason: reason.trim() },
      {
        onSuccess: (stored) => {
          toast.success(`Version ${stored.version} has the values of version ${version.version}.`);
          onClose();
        },
      },
    );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Roll back to version ${version.version}?`}
      description="Its values, all of them, become a new version. Nothing is taken out of the history."
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <FormField label="Reason for rolling back" problem={rollBack.error ? sentenceOf(rollBack.error) : undefined}>
          {(field) => (
            <Input {...field} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
          )}
        </FormField>
        <Button type="submit" look="main" disabled={reason.trim().length < SHORTEST_REASON || rollBack.isPending}>
          Roll back
        </Button>
      </form>
    </Dialog>
  );
}
