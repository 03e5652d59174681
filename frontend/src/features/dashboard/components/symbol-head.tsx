import { ArrowDown, ArrowUp } from "lucide-react";
import { classes } from "@/lib/classes";
import type { Column, Sort } from "../sorting";

interface Heading {
  label: string;
  unit?: string;
  column?: Column;
  isNumber?: boolean;
  title?: string;
}

const HEADINGS: readonly Heading[] = [
  { label: "Symbol", column: "symbol" },
  { label: "Price", unit: "₹", column: "price", isNumber: true },
  { label: "Change", unit: "%", column: "change", isNumber: true, title: "Against the close of the session before" },
  { label: "Score", column: "score", isNumber: true, title: "The probability of the move that counts as risk" },
  {
    label: "Trend",
    unit: "own scale",
    title: "The score since this page was opened, at most three minutes, on a scale of its own",
  },
  { label: "Severity" },
  { label: "Driver", title: "What drives the alert that is going on" },
  {
    label: "Expected",
    unit: "move, ± %",
    column: "move",
    isNumber: true,
    title: "One standard deviation over the horizon of the score",
  },
  {
    label: "Protection",
    unit: "%",
    column: "cost",
    isNumber: true,
    title: "What protection over the horizon costs, of the price",
  },
  { label: "State" },
  { label: "Age", column: "age", isNumber: true, title: "Since the newest tick" },
];

interface Props {
  sort: Sort;
  onSort: (column: Column) => void;
}

export function SymbolHead({ sort, onSort }: Props) {
  return (
    <thead className="sticky top-0 z-10">
      <tr>
        {HEADINGS.map((heading) => (
          <HeadCell key={heading.label} heading={heading} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

function HeadCell({ heading: { label, unit, column, isNumber, title }, sort, onSort }: Props & { heading: Heading }) {
  const isSorted = column !== undefined && sort.column === column;
  const direction = sort.isDescending ? "descending" : "ascending";
  const Arrow = sort.isDescending ? ArrowDown : ArrowUp;
  const text = (
    <>
      {label}
      <span className="block text-[10px] leading-3 font-normal">{unit}</span>
    </>
  );
  return (
    <th
      scope="col"
      title={title}
      aria-sort={isSorted ? direction : undefined}
      className={classes(
        "h-9 border-b bg-raised leading-4 px-(--cell-x) text-left text-[11px] font-semibold whitespace-nowrap text-muted",
        isNumber && "text-right",
      )}
    >
      {column ? (
        <button
          type="button"
          onClick={() => onSort(column)}
          className={classes(
            "inline-flex items-center gap-1 text-inherit [text-align:inherit] font-semibold hover:text-text",
            isSorted && "text-text",
          )}
        >
          {isNumber && isSorted && <Arrow className="size-3" aria-hidden="true" />}
          <span>{text}</span>
          {!isNumber && isSorted && <Arrow className="size-3" aria-hidden="true" />}
        </button>
      ) : (
        text
      )}
    </th>
  );
}
