import type { Source, SourceWish } from "./api/market";

export type Mode = Source["mode"];

/** What stands in the form. */
export interface Draft {
  mode: Mode;
  /** Empty: all of them. */
  symbols: string[];
  file: string;
  /** `max` or a number of times, as text. */
  speed: string;
  reason: string;
  /** The version that the person saw when they began. */
  basedOn: number;
}

export const SPEEDS = ["1", "2", "5", "10", "30", "60", "max"] as const;
const SHORTEST_REASON = 3;

export function draftOf(source: Source): Draft {
  const usable = source.recordings.find((recording) => recording.problem === null);
  return {
    mode: source.mode,
    symbols: [...source.symbols],
    file: source.replay?.file ?? usable?.file ?? "",
    speed: String(source.replay?.speed ?? "max"),
    reason: "",
    basedOn: source.version,
  };
}

/** The speeds to offer: ours, and the one that is in force where it is another. */
export function speedsFor(speed: string): string[] {
  return SPEEDS.some((known) => known === speed) ? [...SPEEDS] : [speed, ...SPEEDS];
}

export function speedLabel(speed: string): string {
  return speed === "max" ? "As fast as it is scored" : `${speed} × as recorded`;
}

/** Why a draft cannot be sent yet, as a sentence; null when it can. */
export function obstacleOf(draft: Draft, source: Source): string | null {
  const mode = source.modes.find((one) => one.mode === draft.mode);
  if (mode && !mode.available) return mode.reason ?? "This market cannot be fed here.";
  if (draft.mode === "replay" && !draft.file) return "Choose a recording.";
  if (draft.symbols.length > source.most_symbols) return `At most ${source.most_symbols} symbols can be chosen.`;
  if (draft.reason.trim().length < SHORTEST_REASON)
    return "Say why, in three letters or more: it is kept in the audit.";
  return null;
}

export function wishOf(draft: Draft): SourceWish {
  const speed = draft.speed === "max" ? "max" : Number(draft.speed);
  return {
    mode: draft.mode,
    symbols: draft.symbols,
    replay: draft.mode === "replay" ? { file: draft.file, speed } : null,
    reason: draft.reason.trim(),
    based_on: draft.basedOn,
  };
}
