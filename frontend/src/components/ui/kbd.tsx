/** A key, or keys one after another. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className="min-w-5 rounded border bg-raised px-1 text-center font-sans text-[11px] leading-4.5 text-muted"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
