import { Link, useLocation } from "react-router";
import { useHasScreen } from "@/lib/screen";

const PLACES = [
  { path: "alerts", title: "Alerts" },
  { path: "alerts/rules", title: "Rules" },
  { path: "alerts/silences", title: "Silences" },
] as const;

/** The screens about alerts, side by side; those that this person may not see are not there. */
export function AlertTabs() {
  const { pathname } = useLocation();
  // One alert's address lies below the list's, as those of the other two do.
  const current = PLACES.findLast(({ path }) => pathname.startsWith(`/${path}`));
  return (
    <nav aria-label="About alerts" className="flex gap-1">
      {PLACES.map((place) => (
        <Place key={place.path} {...place} isCurrent={place === current} />
      ))}
    </nav>
  );
}

function Place({ path, title, isCurrent }: (typeof PLACES)[number] & { isCurrent: boolean }) {
  const isThere = useHasScreen(path);
  if (!isThere) return null;
  return (
    <Link
      to={`/${path}`}
      aria-current={isCurrent ? "page" : undefined}
      className="flex h-8 items-center rounded-md px-3 font-medium text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
    >
      {title}
    </Link>
  );
}
