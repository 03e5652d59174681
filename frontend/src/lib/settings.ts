import { useSyncExternalStore } from "react";

/** What a person chooses for their own eyes; kept in this browser. */
export interface Settings {
  theme: "system" | "light" | "dark";
  density: "compact" | "comfortable";
  palette: "standard" | "colour-blind";
  upColour: "green" | "red";
  numbers: "indian" | "international";
  isSidebarOpen: boolean;
}

export const DEFAULTS: Settings = {
  theme: "system",
  density: "compact",
  palette: "standard",
  upColour: "green",
  numbers: "indian",
  isSidebarOpen: true,
};
const KEY = "screens";
/** The server-rendered pages read and write it too (static/site/theme.js); absent means: as the system. */
const THEME_KEY = "theme";

let current = load();
const listeners = new Set<() => void>();
const prefersLight = globalThis.matchMedia?.("(prefers-color-scheme: light)");

export function settings(): Settings {
  return current;
}

export function changeSettings(changes: Partial<Settings>): void {
  current = { ...current, ...changes };
  keep(current);
  applySettings();
  for (const listener of listeners) listener();
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}

/** Put the choices on <html>, where the tokens read them. */
export function applySettings(): void {
  const root = document.documentElement;
  const isLight = current.theme === "light" || (current.theme === "system" && (prefersLight?.matches ?? false));
  root.classList.toggle("light", isLight);
  root.classList.toggle("dark", !isLight);
  root.dataset.density = current.density;
  root.dataset.palette = current.palette;
  root.dataset.up = current.upColour;
}

prefersLight?.addEventListener?.("change", applySettings);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// A private window may refuse to read or to keep; then the choice lasts as long as the page.
function load(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    const theme = localStorage.getItem(THEME_KEY);
    return { ...DEFAULTS, ...kept, theme: theme === "light" || theme === "dark" ? theme : "system" };
  } catch {
    return DEFAULTS;
  }
}

function keep({ theme, ...others }: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(others));
    if (theme === "system") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // see load()
  }
}
