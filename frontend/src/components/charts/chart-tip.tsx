interface Line {
  label: string;
  value: string;
  colour?: string;
}

/** What stands at the pointer, over a chart. */
export function ChartTip({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <div className="rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-float">
      <p className="mb-0.5 font-semibold">{title}</p>
      {lines.map(({ label, value, colour }) => (
        <p key={label} className="flex items-center gap-2">
          <span className="size-2 rounded-full" style={{ background: colour ?? "var(--muted)" }} />
          <span className="text-muted">{label}</span>
          <span className="num ml-auto pl-3 font-medium">{value}</span>
        </p>
      ))}
    </div>
  );
}
