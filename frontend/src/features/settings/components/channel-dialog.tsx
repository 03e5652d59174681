import { type FormEvent, useState } from "react";
import { boot, may } from "@/api/boot";
import { ApiError, sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { refusedField } from "@/lib/refused-field";
import { type NewChannel, useAddChannel } from "../api/notifications";
import { fieldsOf, KINDS, LEVELS } from "../channel-kinds";

interface Props {
  onClose: () => void;
  onSecret: (secret: string) => void;
}

/** A new channel: what it needs depends on its kind. */
export function ChannelDialog({ onClose, onSecret }: Props) {
  const [form, setForm] = useState<NewChannel>({
    kind: "email",
    name: "",
    address: "",
    secret: "",
    minimum_severity: "HIGH",
    is_shared: false,
  });
  const add = useAddChannel();
  const refusal = add.error instanceof ApiError ? add.error : undefined;
  const change = (changes: Partial<NewChannel>) => setForm({ ...form, ...changes });
  const needs = fieldsOf(form.kind, form.is_shared);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const body = { ...form, address: needs.address ? form.address : "", secret: needs.secret ? form.secret : "" };
    add.mutate(body, {
      onSuccess: ({ secret }) => {
        onClose();
        if (secret) onSecret(secret);
      },
    });
  };
  const text = (label: string, name: "name" | "address" | "secret") => (
    <FormField label={label} problem={refusedField(refusal?.fields, name)}>
      {(field) => (
        <Input
          {...field}
          type={name === "secret" ? "password" : "text"}
          autoComplete="off"
          value={form[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </FormField>
  );
  return (
    <Dialog isOpen onClose={onClose} title="Add a channel">
      <form className="grid gap-3" onSubmit={send}>
        <FormField label="Kind">
          {({ id }) => <Select id={id} value={form.kind} choices={KINDS} onChange={(kind) => change({ kind })} />}
        </FormField>
        {text("Name", "name")}
        {needs.address && text(needs.address, "address")}
        {needs.secret && text(needs.secret, "secret")}
        {form.kind === "email" && !form.is_shared && (
          <p className="text-xs text-muted">It goes to the address of the account {boot().user.username}.</p>
        )}
        <FormField label="From which severity on">
          {({ id }) => (
            <Select
              id={id}
              value={form.minimum_severity}
              choices={LEVELS}
              onChange={(minimum_severity) => change({ minimum_severity })}
            />
          )}
        </FormField>
        {may("config.write") && (
          <Checkbox
            label="Of the desk, not mine"
            isChecked={form.is_shared}
            onChange={(is_shared) => change({ is_shared })}
          />
        )}
        {add.error && (
          <p role="alert" className="font-medium text-critical">
            {sentenceOf(add.error)}
          </p>
        )}
        <Button type="submit" look="main" disabled={form.name.trim() === "" || add.isPending}>
          Add the channel
        </Button>
      </form>
    </Dialog>
  );
}
