import { useEffect, useMemo, useRef, useState } from "react";
import { boot } from "@/api/boot";
import { useClock } from "@/stream/clock";
import { useRecords, useStream } from "@/stream/stream";
import { ordered, type Sort } from "./sorting";

/** All symbols in their order: sorted once a second at most, and never while somebody points at or stands in a row. */
export function useOrder(sort: Sort) {
  const stream = useStream();
  const seconds = useClock();
  const symbols = useSymbols();
  const [order, setOrder] = useState<readonly string[]>(symbols);
  const isHeld = useRef(false);
  const arrange = () => setOrder((before) => kept(before, ordered(symbols, stream.shown.records, sort)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the second is the rhythm
  useEffect(() => {
    if (!isHeld.current) arrange();
  }, [seconds]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who chooses another order gets it at once
  useEffect(arrange, [sort, symbols]);
  const hold = () => {
    isHeld.current = true;
  };
  const release = () => {
    isHeld.current = false;
  };
  return { order, holding: { onPointerEnter: hold, onPointerLeave: release, onFocus: hold, onBlur: release } };
}

function useSymbols(): readonly string[] {
  const records = useRecords();
  const size = records.size;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other symbols, not other values
  return useMemo(() => [...new Set([...boot().instruments.map((one) => one.symbol), ...records.keys()])], [size]);
}

// The same order is the same array, so that nothing is drawn again for it.
function kept(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.length === after.length && before.every((symbol, place) => symbol === after[place]) ? before : after;
}
