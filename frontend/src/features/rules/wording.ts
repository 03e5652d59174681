import { UNKNOWN } from "@/lib/format";
import { words } from "@/lib/words";
import { KINDS } from "./kinds";
import type { Rule } from "./queries";
import { PARTS } from "./rule-form";

/** When a rule's alerts open and end; of a built-in one the settings of the configuration that say so. */
export function levelsOf(rule: Rule): string {
  if (rule.enter == null || rule.exit == null) {
    const settings = Object.entries(rule.settings).filter(
      ([name]) => !name.includes("seconds") || rule.kind !== "score",
    );
    const shown = rule.kind === "score" ? settings.filter(([name]) => name.endsWith("_threshold")) : settings;
    return (
      shown.map(([name, value]) => `${words(name).replace(/ threshold$/, "")} ${String(value)}`).join(", ") || UNKNOWN
    );
  }
  const { unit, windowUnit } = KINDS[rule.kind];
  const window = rule.window ? ` (${rule.window}${windowUnit ? ` ${windowUnit}` : ""})` : "";
  return `${rule.rises ? "from" : "down to"} ${rule.enter}, ends beyond ${rule.exit} ${unit}${window}`;
}

/** Whom a rule judges, and when. */
export function scopeOf({ symbols = [], exchange, schedule = [...PARTS] }: Rule): string {
  const [first, ...others] = symbols;
  const who = first ? `${first}${others.length ? ` and ${others.length} more` : ""}` : exchange || "All symbols";
  return schedule.length === PARTS.length ? who : `${who}; ${schedule.join(" and ")} of the session`;
}
