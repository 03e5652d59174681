import { useState, useSyncExternalStore } from "react";
import { useForm } from "react-hook-form";
import { boot } from "@/api/boot";
import { sentenceOf } from "@/api/errors";
import { session } from "@/api/session";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";

/** Asks for the password when the session has ended; the page behind it stays as it is. */
export function SessionDialog() {
  const isExpired = useSyncExternalStore(session.subscribe, () => session.isExpired);
  const { username } = boot().user;
  return (
    <Dialog
      isOpen={isExpired}
      title="You have been signed out"
      description={`Sign in again as ${username} to go on where you were.`}
    >
      <SignInForm />
    </Dialog>
  );
}

function SignInForm() {
  const [problem, setProblem] = useState("");
  const { register, handleSubmit, formState } = useForm<{ password: string }>({ defaultValues: { password: "" } });
  const submit = handleSubmit(({ password }) =>
    session.signInAgain(password).catch((refusal: unknown) => setProblem(sentenceOf(refusal))),
  );
  const next = encodeURIComponent(location.pathname + location.search);
  return (
    <form onSubmit={submit} className="grid gap-4">
      <input type="hidden" name="username" autoComplete="username" value={boot().user.username} />
      <FormField label="Password" problem={problem}>
        {(field) => (
          <Input {...field} type="password" autoComplete="current-password" required {...register("password")} />
        )}
      </FormField>
      <div className="flex items-center justify-between gap-3">
        <a href={`/login?next=${next}`} className="text-accent hover:underline">
          Sign in as somebody else
        </a>
        <Button look="main" type="submit" disabled={formState.isSubmitting}>
          Sign in
        </Button>
      </div>
    </form>
  );
}
