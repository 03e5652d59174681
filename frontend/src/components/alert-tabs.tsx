import { NavLink } from "react-router";
import { useHasScreen } from "@/lib/screen";

const PLACES = [
  { path: "alerts", title: "Alerts", isEnd: true },
  { path: "alerts/rules", title: "Rules", isEnd: false },
  { path: "alerts/silences", title: "Silences", isEnd: false },
] as const;

/** The screens about alerts, side by side; those that this person may not see are not there. */
export function AlertTabs() {
  return (
    <nav aria-label="About alerts" className="flex gap-1">
      {PLACES.map((place) => (
        <Place key={place.path} {...place} />
      ))}
    </nav>
  );
}

function Place({ path, title, isEnd }: (typeof PLACES)[number]) {
  const isThere = useHasScreen(path);
  if (!isThere) return null;
  return (
    <NavLink
      to={`/${path}`}
      end={isEnd}
      className="flex h-8 items-center rounded-md px-3 font-medium text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
    >
      {title}
    </NavLink>
  );
}
