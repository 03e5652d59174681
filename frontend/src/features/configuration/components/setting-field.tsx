import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { classes } from "@/lib/classes";
import { words } from "@/lib/words";
import type { Setting } from "../api/config";

interface Props {
  setting: Setting;
  text: string;
  inForce: string;
  problem: string | undefined;
  onChange: (text: string) => void;
}

/** One setting with its meaning and limits, and the value in force where the draft says another. */
export function SettingField({ setting, text, inForce, problem, onChange }: Props) {
  const isChanged = text !== inForce;
  return (
    <div className={classes("rounded-md border border-transparent p-2", isChanged && "border-accent bg-accent-soft")}>
      <FormField label={words(setting.name)} hint={hintOf(setting)} problem={problem}>
        {(field) =>
          setting.choices ? (
            <Select
              id={field.id}
              value={text}
              choices={setting.choices.map((choice) => ({ value: choice, label: choice }))}
              onChange={onChange}
              className="w-full"
            />
          ) : (
            <Input
              {...field}
              inputMode="decimal"
              autoComplete="off"
              value={text}
              onChange={(event) => onChange(event.target.value)}
            />
          )
        }
      </FormField>
      {isChanged && (
        <p className="mt-1 text-xs">
          In force: <b>{inForce}</b>{" "}
          <button type="button" className="text-accent underline" onClick={() => onChange(inForce)}>
            Put back <span className="sr-only">{words(setting.name)}</span>
          </button>
        </p>
      )}
    </div>
  );
}

function hintOf({ meaning, unit, least, most, choices }: Setting): string {
  const sentence = meaning.charAt(0).toUpperCase() + meaning.slice(1);
  return choices ? `${sentence}.` : `${sentence}. ${least} to ${most} ${unit ?? ""}`.trim();
}
