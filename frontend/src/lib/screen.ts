import type { LucideIcon } from "lucide-react";
import { type ComponentType, createContext, useContext } from "react";

/** The groups of the navigation, in their order. */
export const GROUPS = ["Watch", "Act", "Understand", "Platform"] as const;

/** A screen, as its feature declares it in `features/<name>/screen.ts`. */
export interface ScreenDefinition {
  /** Below `/app/`: `dashboard`, `symbols/:symbol`. */
  path: string;
  title: string;
  icon: LucideIcon;
  group: (typeof GROUPS)[number];
  /** The place within its group. */
  order: number;
  /** `g` and this key go there. */
  jump?: string;
  /** Who may see it; left out: everybody who is signed in. */
  capability?: string;
  /** Reached by links only, as a page of one symbol is. */
  isHidden?: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

/** The paths of the screens that exist and that this person may see; links to others are not drawn. */
export const ScreenPaths = createContext<ReadonlySet<string>>(new Set());

export function useHasScreen(path: string): boolean {
  return useContext(ScreenPaths).has(path);
}
