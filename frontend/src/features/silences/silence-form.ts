import { z } from "zod";
import { boot } from "@/api/boot";
import type { NewSilence } from "./queries";

export const LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export const EXCHANGES = ["NSE", "BSE"] as const;
const LONGEST_MS = 30 * 86_400_000;
const IST_MS = 5.5 * 3_600_000;

/** A silence as it stands in the fields of its form; times are as an Indian clock shows them. */
export const silenceForm = z
  .object({
    symbols: z.string(),
    exchanges: z.array(z.enum(EXCHANGES)),
    rules: z.array(z.string()),
    isAll: z.boolean(),
    max_severity: z.enum(LEVELS),
    reason: z.string().trim().min(1, "Say why.").max(500, "At most 500 letters."),
    ends: z.string().min(1, "Say when it ends."),
  })
  .superRefine((silence, context) => {
    const issue = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    if (!silence.isAll && isOpen(silence))
      issue("symbols", "Name a symbol, an exchange or a rule, or silence everything.");
    const strangers = symbolsOf(silence.symbols).filter((symbol) => !isKnown(symbol));
    if (!silence.isAll && strangers.length) issue("symbols", `Not known: ${strangers.join(", ")}.`);
    const left = msOfIst(silence.ends) - Date.now();
    if (silence.ends && !(left > 0)) issue("ends", "Must lie ahead.");
    if (left > LONGEST_MS) issue("ends", "A silence lasts 30 days at most.");
  });
export type SilenceFields = z.infer<typeof silenceForm>;

function isOpen({
  symbols,
  exchanges,
  rules,
}: {
  symbols: string;
  exchanges: readonly string[];
  rules: readonly string[];
}) {
  return symbolsOf(symbols).length === 0 && exchanges.length === 0 && rules.length === 0;
}

function isKnown(symbol: string): boolean {
  return boot().instruments.some((instrument) => instrument.symbol === symbol);
}

export function symbolsOf(text: string): string[] {
  return [...new Set(text.toUpperCase().split(/[\s,]+/))].filter((symbol) => symbol !== "");
}

/** `2026-11-20T15:30` on an Indian clock, as an instant. */
export function msOfIst(local: string): number {
  return Date.parse(`${local}Z`) - IST_MS;
}

/** An instant as an Indian clock shows it, for a field of date and time. */
export function istLocal(ms: number): string {
  return new Date(ms + IST_MS).toISOString().slice(0, 16);
}

/** What the API takes: a part of the scope that is left out stays open. */
export function silenceOf({ symbols, exchanges, rules, isAll, max_severity, reason, ends }: SilenceFields): NewSilence {
  const scope = isAll ? {} : { symbols: symbolsOf(symbols), exchanges, rules };
  return { ...scope, max_severity, reason, ends_at: new Date(msOfIst(ends)).toISOString() };
}
