import { may } from "@/api/boot";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { type Act, allowed, type Verb } from "./acts";
import type { Pending } from "./components/act-dialog";
import type { useChosen } from "./use-chosen";
import type { Marks } from "./use-marks";
import type { Sections } from "./use-sections";

interface Tools {
  chosen: ReturnType<typeof useChosen>;
  marks: Marks;
  sections: Sections;
  ask: (pending: Pending) => void;
  carryOut: (ids: readonly number[], act: Act) => void;
}

const ASKS = [
  ["r", "resolve", "Resolve the marked alerts, or the chosen one"],
  ["i", "assign", "Assign"],
  ["s", "snooze", "Snooze"],
  ["c", "comment", "Comment"],
] as const;
const ACTS = [
  ["a", "acknowledge", "Acknowledge the marked alerts, or the chosen one"],
  ["u", "unsnooze", "End the snooze"],
  ["o", "reopen", "Open a resolved alert again"],
] as const;

/** The keys of triage. Who may not take care of alerts has the two that move. */
export function useAlertKeys({ chosen, marks, sections, ask, carryOut }: Tools): void {
  const aim = (verb: Verb) => targets(verb, chosen.id, marks, sections);
  const moves: Shortcut[] = [
    { keys: "j", label: "The next alert", act: () => chosen.step(1) },
    { keys: "k", label: "The alert before", act: () => chosen.step(-1) },
    { keys: "Escape", label: "Close the alert", act: () => chosen.choose(null) },
  ];
  const care: Shortcut[] = [
    { keys: "x", label: "Mark or unmark", act: () => chosen.id !== null && marks.toggle(chosen.id) },
    ...ACTS.map(([keys, verb, label]) => ({ keys, label, act: () => carryOut(aim(verb), { verb }) })),
    ...ASKS.map(([keys, verb, label]) => ({ keys, label, act: () => askFor(verb) })),
  ];
  const askFor = (verb: Pending["verb"]) => {
    const ids = aim(verb);
    if (ids.length) ask({ verb, ids });
  };
  useShortcuts(may("alerts.handle") ? [...moves, ...care] : moves);
}

/** The marked alerts, else the chosen one, as far as the act makes sense for them. */
function targets(verb: Verb, chosenId: number | null, marks: Marks, sections: Sections): number[] {
  if (marks.ids.size === 0 && chosenId === null) return [];
  const asked = marks.ids.size ? [...marks.ids] : [chosenId as number];
  const rows = new Map(sections.rows.map((row) => [row.id, row]));
  return asked.filter((id) => {
    const row = rows.get(id);
    return row === undefined || allowed(row).has(verb);
  });
}
