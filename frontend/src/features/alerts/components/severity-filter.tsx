import { ToggleGroup } from "radix-ui";
import { SeverityMark } from "@/components/ui/severity-mark";
import type { AlertSeverity } from "../alert-types";
import { ALERT_SEVERITIES } from "../filters";

interface Props {
  value: readonly AlertSeverity[];
  onChange: (value: readonly AlertSeverity[]) => void;
}

/** Several severities; none chosen means all of them. */
export function SeverityFilter({ value, onChange }: Props) {
  return (
    <ToggleGroup.Root
      type="multiple"
      aria-label="Severities"
      value={[...value]}
      onValueChange={(next) => onChange(ALERT_SEVERITIES.filter((severity) => next.includes(severity)))}
      className="inline-flex rounded-md border bg-raised p-0.5"
    >
      {ALERT_SEVERITIES.map((severity) => (
        <ToggleGroup.Item
          key={severity}
          value={severity}
          className="h-6.5 rounded px-2 text-xs data-[state=on]:bg-surface data-[state=on]:shadow-sm data-[state=on]:outline data-[state=on]:outline-line-strong"
        >
          <SeverityMark severity={severity} />
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
