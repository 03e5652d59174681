import { useNavigate } from "react-router";
import { type Shortcut, useShortcuts } from "@/lib/shortcuts";
import { useStream } from "@/stream/stream";
import { allowedScreens } from "./screens";

interface Openers {
  openPalette: () => void;
  openHelp: () => void;
}

/** The keys that work on every screen. */
export function useAppShortcuts({ openPalette, openHelp }: Openers): void {
  const navigate = useNavigate();
  const stream = useStream();
  const jumps: Shortcut[] = allowedScreens().flatMap(({ jump, path, title }) =>
    jump ? [{ keys: `g ${jump}`, label: `Go to ${title}`, act: () => void navigate(`/${path}`) }] : [],
  );
  useShortcuts([
    { keys: "ctrl+k", label: "Search screens and symbols", act: openPalette },
    { keys: "?", label: "Show the keys that work here", act: openHelp },
    { keys: "p", label: "Pause or resume the numbers", act: () => stream.setPaused(!stream.isPaused) },
    ...jumps,
  ]);
}
