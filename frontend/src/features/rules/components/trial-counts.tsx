import { useFormat } from "@/lib/format";

const MOST = 10;

interface Props {
  title: string;
  rows: readonly (readonly [name: string, alerts: number])[];
}

/** Alerts by day or by symbol, most first, as bars with their numbers. */
export function TrialCounts({ title, rows }: Props) {
  const format = useFormat();
  const shown = rows.filter(([, alerts]) => alerts > 0).toSorted((a, b) => b[1] - a[1]);
  const most = shown[0]?.[1] ?? 1;
  return (
    <div>
      <h3 className="eyebrow mb-1">{title}</h3>
      <ul className="grid gap-1">
        {shown.slice(0, MOST).map(([name, alerts]) => (
          <li key={name} className="grid grid-cols-[5.5rem_minmax(0,1fr)_2.5rem] items-center gap-2 text-xs">
            <span className="truncate">{name}</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" className="h-2 w-full text-accent">
              <rect width={(100 * alerts) / most} height="8" fill="currentColor" />
            </svg>
            <span className="num">{format.count(alerts)}</span>
          </li>
        ))}
      </ul>
      {shown.length > MOST && <p className="mt-1 text-xs text-muted">and {shown.length - MOST} more</p>}
    </div>
  );
}
