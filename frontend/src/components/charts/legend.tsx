export interface Series {
  key: string;
  label: string;
  /** A colour of the theme: `var(--accent)`. */
  colour: string;
  /** Lines that colour alone would not tell apart are dashed. */
  dash?: string;
}

/** What each line is, above the chart. */
export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-3 pt-2 text-xs">
      {series.map(({ key, label, colour, dash }) => (
        <li key={key} className="flex items-center gap-1.5">
          <svg viewBox="0 0 20 4" className="h-1 w-5" aria-hidden="true">
            <line x1="0" x2="20" y1="2" y2="2" stroke={colour} strokeWidth="2.5" strokeDasharray={dash} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
