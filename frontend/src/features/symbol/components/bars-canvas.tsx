import { useEffect, useRef } from "react";
import { useFormat } from "@/lib/format";
import { type Bar, BarsDrawing } from "../bars-drawing";

interface Props {
  bars: readonly Bar[];
  /** Names the symbol and the range: another view is shown whole. */
  view: string;
  thresholds: readonly number[];
  livePrice: number | null;
}

/** Prices and scores on canvases; their numbers are in the table beside. */
export default function BarsCanvas({ bars, view, thresholds, livePrice }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const drawing = useRef<BarsDrawing | null>(null);
  const { price } = useFormat();
  useEffect(() => {
    if (!frame.current) return;
    const drawn = new BarsDrawing(frame.current, price);
    drawing.current = drawn;
    const theme = new MutationObserver(() => drawn.recolour());
    theme.observe(document.documentElement, { attributes: true });
    return () => {
      theme.disconnect();
      drawing.current = null;
      drawn.remove();
    };
  }, [price]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drawing (another number format) has to be filled too
  useEffect(() => drawing.current?.setBars(bars, view), [bars, view, price]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => drawing.current?.setThresholds(thresholds), [thresholds, price]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => drawing.current?.setLive(livePrice), [livePrice, price]);
  return <div ref={frame} aria-hidden="true" className="absolute inset-0" />;
}
