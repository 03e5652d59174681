import { may } from "@/api/boot";
import { GROUPS, type ScreenDefinition } from "@/lib/screen";

// A feature brings its screens by having a `screen.ts`; nothing else has to be changed for it to be in the navigation.
const found = import.meta.glob<ScreenDefinition[]>("../features/*/screen.ts", { eager: true, import: "screens" });

export const SCREENS: readonly ScreenDefinition[] = Object.values(found).flat().sort(byPlace);

function byPlace(a: ScreenDefinition, b: ScreenDefinition): number {
  return GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.order - b.order;
}

/** The screens that this person may see. */
export function allowedScreens(): ScreenDefinition[] {
  return SCREENS.filter((screen) => may(screen.capability));
}
