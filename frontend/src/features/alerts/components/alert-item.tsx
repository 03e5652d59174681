import { useEffect, useRef } from "react";
import { Link, useLocation } from "react-router";
import { Checkbox } from "@/components/ui/checkbox";
import { SeverityMark } from "@/components/ui/severity-mark";
import { classes } from "@/lib/classes";
import { istShort, useFormat } from "@/lib/format";
import type { AlertRow } from "../alert-types";
import type { Marks } from "../use-marks";
import { lasted, titleOf } from "../wording";
import { StateBadges } from "./state-badges";

interface Props {
  row: AlertRow;
  isChosen: boolean;
  marks: Marks | null;
}

/** One alert: two lines in a narrow list, one line of columns in a wide one. */
export function AlertItem({ row, isChosen, marks }: Props) {
  const item = useRef<HTMLLIElement>(null);
  const { search } = useLocation();
  useEffect(() => {
    if (isChosen) item.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  const name = `${row.severity} ${row.symbol ?? "Platform"}`;
  return (
    <li
      ref={item}
      className={classes(
        "flex items-center gap-1.5 border-b border-l-3 border-l-transparent pl-2.5",
        isChosen ? "border-l-accent bg-accent-soft" : "hover:bg-hover",
      )}
    >
      {marks && (
        <Checkbox
          label={`Mark ${name}, alert ${row.id}`}
          isLabelHidden
          isChecked={marks.ids.has(row.id)}
          onChange={() => marks.toggle(row.id)}
        />
      )}
      <Link
        to={{ pathname: `/alerts/${row.id}`, search }}
        aria-current={isChosen ? "true" : undefined}
        className="grid min-w-0 flex-1 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-0.5 py-2 pr-3 pl-1 @3xl:min-h-(--row) @3xl:grid-cols-[6.5rem_8rem_minmax(0,1fr)_auto_7rem_6.5rem_7rem] @3xl:py-1"
      >
        <SeverityMark severity={row.severity} />
        <b className="truncate">{row.symbol ?? "Platform"}</b>
        <Title row={row} />
        <StateBadges row={row} className="@max-3xl:col-start-3 @max-3xl:row-start-2" />
        <span className="truncate text-muted @max-3xl:hidden">{row.assignee || "nobody’s"}</span>
        <span className="num text-muted @max-3xl:hidden">{lasted(row)}</span>
        <time dateTime={row.opened_at} className="num text-xs text-muted @max-3xl:col-start-3 @max-3xl:row-start-1">
          {istShort(Date.parse(row.opened_at))}
        </time>
      </Link>
    </li>
  );
}

function Title({ row }: { row: AlertRow }) {
  const format = useFormat();
  return (
    <span className="truncate text-muted @max-3xl:col-span-2 @max-3xl:col-start-1 @max-3xl:row-start-2 @max-3xl:text-xs">
      {titleOf(row, format)}
    </span>
  );
}
