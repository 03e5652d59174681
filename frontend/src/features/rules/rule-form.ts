import { z } from "zod";
import type { components } from "@/api/schema";
import { KINDS } from "./kinds";
import type { Kind, Rule, RuleValues } from "./queries";

type Part = components["schemas"]["ScheduleEnum"];
export const PARTS = ["opening", "middle", "closing"] as const satisfies readonly Part[];
export const LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export const EXCHANGES = ["NSE", "BSE"] as const;
export const SCOPES = ["all", ...EXCHANGES, "symbols"] as const;
const kinds = Object.keys(KINDS) as [Kind, ...Kind[]];
const level = z
  .string()
  .trim()
  .regex(/^-?\d*\.?\d*$/, "Give a number.");
const seconds = (most: number) =>
  z
    .string()
    .trim()
    .regex(/^\d+$/, "Give whole seconds.")
    .refine((text) => Number(text) <= most, `At most ${most} s.`);

/** A rule as it stands in the fields of its form: numbers as they are typed. */
export const ruleForm = z
  .object({
    key: z
      .string()
      .trim()
      .regex(/^[a-z][a-z0-9_]{1,31}$/, "2 to 32 small letters, digits and underscores, a letter first."),
    kind: z.enum(kinds),
    severity: z.enum(LEVELS),
    enabled: z.boolean(),
    scope: z.enum(SCOPES),
    symbols: z.string(),
    enter: level,
    exit: level,
    pending: seconds(3600),
    keep: seconds(7200),
    window: z.string(),
    schedule: z.array(z.enum(PARTS)).min(1, "Choose at least one part of the session."),
    reason: z.string().trim().min(1, "Say why."),
    isBuiltIn: z.boolean(),
  })
  .superRefine((rule, context) => {
    if (rule.scope === "symbols" && symbolsOf(rule.symbols).length === 0)
      context.addIssue({ code: "custom", path: ["symbols"], message: "Name at least one symbol." });
    if (!rule.isBuiltIn) checkLevels(rule, context);
  });
export type RuleFields = z.infer<typeof ruleForm>;

function checkLevels(rule: { kind: Kind; enter: string; exit: string }, context: z.RefinementCtx): void {
  const issue = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
  for (const name of ["enter", "exit"] as const)
    if (rule[name] === "") issue(name, `Give a level in ${KINDS[rule.kind].unit}.`);
  if (rule.enter === "" || rule.exit === "") return;
  const gap = Number(rule.enter) - Number(rule.exit);
  const { rises } = KINDS[rule.kind];
  if (rises ? gap <= 0 : gap >= 0)
    issue("exit", rises ? "Must be below the level that opens." : "Must be above the level that opens.");
}

export function symbolsOf(text: string): string[] {
  return [...new Set(text.toUpperCase().split(/[\s,]+/))].filter((symbol) => symbol !== "");
}

export const NEW_RULE: RuleFields = {
  key: "",
  kind: "drawdown",
  severity: "MEDIUM",
  enabled: true,
  scope: "all",
  symbols: "",
  enter: "",
  exit: "",
  pending: "0",
  keep: "300",
  window: "session",
  schedule: [...PARTS],
  reason: "",
  isBuiltIn: false,
};

export function fieldsOf(rule: Rule): RuleFields {
  const symbols = rule.symbols ?? [];
  const exchange = EXCHANGES.find((name) => name === rule.exchange);
  return {
    key: rule.key,
    kind: rule.kind,
    severity: LEVELS.find((name) => name === rule.severity) ?? "MEDIUM",
    enabled: rule.enabled ?? true,
    scope: symbols.length ? "symbols" : (exchange ?? "all"),
    symbols: symbols.join(", "),
    enter: rule.enter?.toString() ?? "",
    exit: rule.exit?.toString() ?? "",
    pending: String(rule.pending_seconds ?? 0),
    keep: String(rule.keep_seconds ?? 0),
    window: rule.window ?? "",
    schedule: PARTS.filter((part) => (rule.schedule ?? PARTS).includes(part)),
    reason: "",
    isBuiltIn: rule.is_built_in,
  };
}

/** What the API takes; a built-in rule has no levels of its own. */
export function valuesOf(fields: RuleFields): RuleValues {
  const { key, kind, severity, enabled, scope } = fields;
  const common = {
    key,
    kind,
    severity,
    enabled,
    exchange: scope === "NSE" || scope === "BSE" ? scope : "",
    symbols: scope === "symbols" ? symbolsOf(fields.symbols) : [],
  };
  if (fields.isBuiltIn) return common;
  return {
    ...common,
    enter: Number(fields.enter),
    exit: Number(fields.exit),
    pending_seconds: Number(fields.pending),
    keep_seconds: Number(fields.keep),
    window: KINDS[kind].windows.includes(fields.window) ? fields.window : "",
    schedule: fields.schedule,
  };
}

/** The fields of the API's refusals, by the field of the form that shows them. */
export const FIELD_OF: Record<string, keyof RuleFields> = {
  key: "key",
  kind: "kind",
  severity: "severity",
  exchange: "scope",
  symbols: "symbols",
  enter: "enter",
  exit: "exit",
  pending_seconds: "pending",
  keep_seconds: "keep",
  window: "window",
  schedule: "schedule",
  reason: "reason",
};
