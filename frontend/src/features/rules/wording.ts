import { UNKNOWN } from "@/lib/format";
import { KINDS } from "./kinds";
import type { Rule } from "./queries";
import { LEVELS, PARTS } from "./rule-form";

const WATCHDOGS = "by the watchdog, on the wall clock";

/** When a rule's alerts open and end; of a built-in one the settings of the configuration that say so. */
export function levelsOf(rule: Rule): string {
  if (rule.enter == null || rule.exit == null) return settingsOf(rule);
  const { unit, windowUnit } = KINDS[rule.kind];
  const window = rule.window ? ` (${rule.window}${windowUnit ? ` ${windowUnit}` : ""})` : "";
  return `${rule.rises ? "from" : "down to"} ${rule.enter}, ends beyond ${rule.exit} ${unit}${window}`;
}

function settingsOf({ kind, settings }: Rule): string {
  const said = (name: string) => String(settings[name] ?? UNKNOWN);
  switch (kind) {
    case "score":
      return LEVELS.map((level) => `${level} ${said(`${level.toLowerCase()}_threshold`)}`).join(" · ");
    case "stale_feed":
      return `after ${said("stale_after_seconds")} s and ${said("stale_after_gaps")} × the longest usual gap`;
    case "frozen_price":
      return `after ${said("frozen_price_minutes")} min`;
    case "pipeline_lag":
      return `from ${said("lag_alert_seconds")} s, ends below ${said("lag_clear_seconds")} s`;
    default:
      return WATCHDOGS;
  }
}

/** What a rule measures, with its own window where the kind leaves it open. */
export function meaningOf({ meaning, window = "" }: Rule): string {
  return meaning.replaceAll("`window`", window);
}

/** Whom a rule judges, and when. */
export function scopeOf({ symbols = [], exchange, schedule = [...PARTS] }: Rule): string {
  const [first, ...others] = symbols;
  const who = first ? `${first}${others.length ? ` and ${others.length} more` : ""}` : exchange || "All symbols";
  return schedule.length === PARTS.length ? who : `${who}; ${schedule.join(" and ")} of the session`;
}
