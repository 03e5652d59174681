import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "@/components/ui/button";
import { GapRow } from "@/components/ui/gap-row";
import { Th } from "@/components/ui/table";
import { useFormat } from "@/lib/format";
import { useSettings } from "@/lib/settings";
import type { FeedFilter } from "../filter";
import type { Row } from "../rows";
import { BeganRow } from "./began-row";
import { type Earlier, EarlierEnd } from "./earlier-end";
import { LineRow } from "./line-row";

const ROW_PX = { compact: 34, comfortable: 42 };
const OVERSCAN = 8;

interface Props {
  rows: readonly Row[];
  /** How many new ones are held back because somebody reads further down. */
  waiting: number;
  earlier: Earlier;
  filter: FeedFilter;
  onScrolled: (isScrolled: boolean) => void;
}

/** Newest first; only rows in sight are mounted. Who has scrolled down is not moved by what comes. */
export function FeedList({ rows, waiting, earlier, filter, onScrolled }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const { density } = useSettings();
  const format = useFormat();
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX[density],
    overscan: OVERSCAN,
    initialRect: { width: 900, height: 680 },
  });
  const seen = list.getVirtualItems();
  const toTop = () => frame.current?.scrollTo({ top: 0 });
  return (
    <div className="relative min-h-0 flex-1">
      {waiting > 0 && (
        <Button look="main" size="small" onClick={toTop} className="absolute top-10 left-1/2 z-20 -translate-x-1/2">
          <ArrowUp aria-hidden="true" /> {format.count(waiting)} new
        </Button>
      )}
      <section
        ref={frame}
        aria-label="List of events"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls with the arrow keys
        tabIndex={0}
        className="h-full overflow-auto"
        onScroll={(event) => onScrolled(event.currentTarget.scrollTop > 0)}
      >
        <table aria-rowcount={rows.length + 1} className="w-full border-separate border-spacing-0">
          <thead className="sticky top-0 z-10">
            <tr>
              <Th className="w-24">Time IST</Th>
              <Th className="w-28">Severity</Th>
              <Th className="w-32">Symbol</Th>
              <Th className="w-28 max-md:hidden">Kind</Th>
              <Th>What happened</Th>
            </tr>
          </thead>
          <tbody>
            <GapRow height={seen[0]?.start ?? 0} />
            {seen.map(({ index }) => {
              const row = rows[index];
              if (!row) return null;
              if (row.type === "began") return <BeganRow key="began" />;
              return <LineRow key={row.line.key} line={row.line} place={index} />;
            })}
            <GapRow height={list.getTotalSize() - (seen.at(-1)?.end ?? 0)} />
          </tbody>
        </table>
        <EarlierEnd earlier={earlier} filter={filter} />
      </section>
    </div>
  );
}
