import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { GapRow } from "@/components/ui/gap-row";
import { useSettings } from "@/lib/settings";
import { useConfig, useRecords } from "@/stream/stream";
import { nextSort, type Sort } from "../sorting";
import { useOrder } from "../use-order";
import { ExportMenu } from "./export-menu";
import { SymbolHead } from "./symbol-head";
import { SymbolRow } from "./symbol-row";

const ROW_PX = { compact: 34, comfortable: 42 };
const OVERSCAN = 6;

/** The live table: only the rows in sight are mounted, and each follows its own symbol. */
export function SymbolTable() {
  const [sort, setSort] = useState<Sort>({ column: "score", isDescending: true });
  const { order, holding } = useOrder(sort);
  const { density } = useSettings();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: order.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX[density],
    overscan: OVERSCAN,
    initialRect: { width: 900, height: 680 },
  });
  const seen = rows.getVirtualItems();
  const before = seen[0]?.start ?? 0;
  const after = rows.getTotalSize() - (seen.at(-1)?.end ?? 0);
  return (
    <Card aria-label="Symbols" className="flex min-h-80 flex-col">
      <CardHeader title="Symbols" note={<Note />} tools={<ExportMenu />} />
      <div ref={frame} className="min-h-0 flex-1 overflow-auto">
        <table aria-rowcount={order.length + 1} className="w-full border-separate border-spacing-0">
          <SymbolHead sort={sort} onSort={(column) => setSort(nextSort(sort, column))} />
          <tbody {...holding}>
            <GapRow height={before} />
            {seen.map(({ index }) => {
              const symbol = order[index];
              return symbol === undefined ? null : <SymbolRow key={symbol} symbol={symbol} place={index} />;
            })}
            <GapRow height={after} />
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Note() {
  const heard = useRecords().size;
  const { thresholds } = useConfig();
  return `${heard} with a score · LOW from ${thresholds[0]}, MEDIUM ${thresholds[1]}, HIGH ${thresholds[2]}, CRITICAL ${thresholds[3]}`;
}
