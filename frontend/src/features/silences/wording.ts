import { words } from "@/lib/words";
import type { Silence } from "./queries";

/** What a silence concerns, part by part; every part that is named must fit. */
export function scopeOf({ symbols, exchanges, rules }: Pick<Silence, "symbols" | "exchanges" | "rules">): string {
  const parts = [symbols.join(", "), exchanges.join(", "), rules.map((rule) => words(rule).toLowerCase()).join(", ")];
  return parts.filter((part) => part !== "").join(" · ") || "Everything";
}
