import type { Setting, Values } from "./api/config";

/** What was typed, by setting. */
export type Draft = Readonly<Record<string, string>>;

const GROUPS: readonly (readonly [string, (name: string) => boolean])[] = [
  ["Thresholds", (name) => name.endsWith("_threshold")],
  ["Exits", (name) => name.endsWith("_exit")],
  ["Alerts", (name) => /alert_|acknowledge|inhibit|pending/.test(name) && !/retention|lag_/.test(name)],
  ["Score", (name) => /horizon|half_life|record_interval/.test(name)],
  ["Feed", (name) => /stale|frozen|lag_/.test(name)],
  ["Retention", (name) => name.includes("retention")],
];
const OTHERS = "Others";

/** The settings in groups, in their order; one that no group knows is among the others. */
export function grouped(settings: readonly Setting[]): [string, Setting[]][] {
  const groupOf = ({ name }: Setting) => GROUPS.find(([, has]) => has(name))?.[0] ?? OTHERS;
  const names = [...GROUPS.map(([name]) => name), OTHERS];
  return names
    .map((name): [string, Setting[]] => [name, settings.filter((one) => groupOf(one) === name)])
    .filter(([, found]) => found.length > 0);
}

/** The typed text as the value that is sent: a number where it is one, else the text for the server's sentence. */
export function typedValue(text: string, setting: Setting | undefined): unknown {
  const trimmed = text.trim();
  if (setting?.choices || trimmed === "" || !Number.isFinite(Number(trimmed))) return trimmed;
  return Number(trimmed);
}

/** The values of a draft that differ from those in force. */
export function changesOf(draft: Draft, values: Values, settings: readonly Setting[]): Values {
  const typed = Object.entries(draft).map(([name, text]): [string, unknown] => {
    const setting = settings.find((one) => one.name === name);
    return [name, typedValue(text, setting)];
  });
  return Object.fromEntries(typed.filter(([name, value]) => value !== values[name]));
}

/** A stored value in words: a setting's value, or of a rule what differs. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `HIGH +14, MEDIUM −3` is the server's sentence; this is the sign of one difference. */
export function signed(difference: number): string {
  if (difference === 0) return "0";
  return difference > 0 ? `+${difference}` : `\u2212${-difference}`;
}

/** What a rule's change is about: only the parts that differ, as `part: before → after`. */
export function changedParts(before: unknown, after: unknown): string[] {
  if (!isRecord(before) || !isRecord(after)) return [`${written(before)} → ${written(after)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name}: ${written(before[name])} → ${written(after[name])}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
