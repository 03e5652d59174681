import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { ApiError, sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { refusedField } from "@/lib/refused-field";
import { useChangePassword } from "../api/account";

const NOTHING = { current: "", next: "", again: "" };

/** A new password; this browser stays signed in, everything else is signed out. */
export function PasswordCard() {
  const [typed, setTyped] = useState(NOTHING);
  const change = useChangePassword();
  const refusal = change.error instanceof ApiError ? change.error : undefined;
  const isUnlike = typed.again !== "" && typed.next !== typed.again;
  const isReady = typed.current !== "" && typed.next !== "" && typed.next === typed.again;
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { current_password: typed.current, new_password: typed.next },
      {
        onSuccess: () => {
          setTyped(NOTHING);
          toast.success("The password is changed. Every other session of yours has ended.");
        },
      },
    );
  };
  const field = (label: string, name: keyof typeof NOTHING, complete: string, problem: string | undefined) => (
    <FormField label={label} problem={problem}>
      {(given) => (
        <Input
          {...given}
          type="password"
          autoComplete={complete}
          value={typed[name]}
          onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
        />
      )}
    </FormField>
  );
  const said = ["current_password", "new_password"].map((name) => refusedField(refusal?.fields, name));
  return (
    <Card aria-label="Password">
      <CardHeader title="Password" note="Ends every other session of yours" />
      <form className="grid gap-3 p-3 sm:grid-cols-3" onSubmit={send}>
        {field("Current password", "current", "current-password", said[0])}
        {field("New password", "next", "new-password", said[1])}
        {field(
          "New password again",
          "again",
          "new-password",
          isUnlike ? "It differs from the new password." : undefined,
        )}
        {change.error && said.every((one) => one === undefined) && (
          <p role="alert" className="font-medium text-critical sm:col-span-3">
            {sentenceOf(change.error)}
          </p>
        )}
        <Button type="submit" className="justify-self-start" disabled={!isReady || change.isPending}>
          Change the password
        </Button>
      </form>
    </Card>
  );
}
