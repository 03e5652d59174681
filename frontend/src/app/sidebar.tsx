import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useSyncExternalStore } from "react";
import { NavLink } from "react-router";
import { boot } from "@/api/boot";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { classes } from "@/lib/classes";
import { GROUPS, type ScreenDefinition } from "@/lib/screen";
import { changeSettings, useSettings } from "@/lib/settings";
import { allowedScreens } from "./screens";

const wide = matchMedia("(min-width: 80rem)");

export function Sidebar() {
  const { isSidebarOpen } = useSettings();
  const isOpen = useIsWide() && isSidebarOpen;
  const screens = allowedScreens().filter((screen) => !screen.isHidden);
  const groups = GROUPS.filter((group) => screens.some((screen) => screen.group === group));
  return (
    <nav
      aria-label="Screens"
      className={classes("row-span-2 flex flex-col border-r bg-surface", isOpen ? "w-48" : "w-14")}
    >
      <a href="/app/" className="flex h-12 items-center gap-2.5 px-4 font-semibold whitespace-nowrap">
        <Mark />
        {isOpen ? boot().app_name : <span className="sr-only">{boot().app_name}</span>}
      </a>
      <div className="min-h-0 flex-1 overflow-auto px-2 pb-2">
        {groups.map((group) => (
          <div key={group} className="mt-3">
            {isOpen && <p className="eyebrow px-2 pb-1">{group}</p>}
            {screens
              .filter((screen) => screen.group === group)
              .map((screen) => (
                <Entry key={screen.path} screen={screen} isOpen={isOpen} />
              ))}
          </div>
        ))}
      </div>
      <div className="border-t p-2 max-xl:hidden">
        <Button
          look="quiet"
          size="icon"
          aria-label={isOpen ? "Make the navigation narrow" : "Make the navigation wide"}
          onClick={() => changeSettings({ isSidebarOpen: !isOpen })}
        >
          {isOpen ? <PanelLeftClose /> : <PanelLeftOpen />}
        </Button>
      </div>
    </nav>
  );
}

/** On a tablet the navigation is a column of icons. */
function useIsWide(): boolean {
  return useSyncExternalStore(watchWidth, () => wide.matches);
}

function watchWidth(listener: () => void): () => void {
  wide.addEventListener("change", listener);
  return () => wide.removeEventListener("change", listener);
}

function Entry({ screen, isOpen }: { screen: ScreenDefinition; isOpen: boolean }) {
  const link = (
    <NavLink
      to={`/${screen.path}`}
      aria-label={isOpen ? undefined : screen.title}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 font-medium whitespace-nowrap text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
    >
      <screen.icon className="size-4.5 shrink-0" aria-hidden="true" />
      {isOpen && screen.title}
    </NavLink>
  );
  return isOpen ? link : <Tooltip text={screen.title}>{link}</Tooltip>;
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" className="size-6 shrink-0 text-accent" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="currentColor" />
      <path
        d="M4 15l4-5 4 3 3-6 5 8"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
