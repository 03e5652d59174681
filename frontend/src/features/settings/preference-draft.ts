import type { PreferenceChanges, Preferences } from "./api/notifications";

export const QUIET_PHASES = ["pre_open", "open", "closing_auction", "post_close", "closed"] as const;
type QuietPhase = (typeof QUIET_PHASES)[number];

/** What stands in the form. */
export interface PreferenceDraft {
  symbols: string;
  tellsEndings: boolean;
  quietFrom: string;
  quietTo: string;
  quietPhases: readonly QuietPhase[];
  quietHoldsCritical: boolean;
}

const HOUR_AND_MINUTE = 5;

export function draftOf(stored: Preferences): PreferenceDraft {
  return {
    symbols: stored.symbols.join(", "),
    tellsEndings: stored.tells_endings,
    quietFrom: stored.quiet_from?.slice(0, HOUR_AND_MINUTE) ?? "",
    quietTo: stored.quiet_to?.slice(0, HOUR_AND_MINUTE) ?? "",
    quietPhases: QUIET_PHASES.filter((phase) => stored.quiet_phases.includes(phase)),
    quietHoldsCritical: stored.quiet_holds_critical,
  };
}

/** What is sent; an empty time is none. */
export function changesOf(draft: PreferenceDraft): PreferenceChanges {
  return {
    symbols: draft.symbols
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((symbol) => symbol.toUpperCase()),
    tells_endings: draft.tellsEndings,
    quiet_from: draft.quietFrom || null,
    quiet_to: draft.quietTo || null,
    quiet_phases: [...draft.quietPhases],
    quiet_holds_critical: draft.quietHoldsCritical,
  };
}
