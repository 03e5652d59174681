import { useEffect, useRef } from "react";
import { useFormat } from "@/lib/format";

const FLASH_MS = 1000;

/** A price that lights up when it moves, once a second at most. */
export function PriceCell({ price }: { price: number }) {
  const format = useFormat();
  const text = format.price(price);
  const cell = useRef<HTMLTableCellElement>(null);
  const flashed = useRef({ text, atMs: 0 });
  useEffect(() => {
    const { text: before, atMs } = flashed.current;
    if (before === text) return;
    flashed.current.text = text;
    if (performance.now() - atMs < FLASH_MS || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    flashed.current.atMs = performance.now();
    cell.current?.animate([{ backgroundColor: "var(--flash)" }, { backgroundColor: "transparent" }], { duration: 700 });
  }, [text]);
  return (
    <td ref={cell} className="num h-(--row) border-b px-(--cell-x) font-semibold">
      {text}
    </td>
  );
}
