import { SEVERITY_TEXT } from "@/components/ui/severity-mark";
import { Table, Td, Th } from "@/components/ui/table";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Severity } from "@/stream/messages";
import { type AlertRecord, type Part, partsOf } from "../records";

interface Props {
  opening: AlertRecord | null;
  peak: AlertRecord | null;
  severity: Severity;
}

/** What made up the score, family by family: the points of a column sum to its score. */
export function Points({ opening, peak, severity }: Props) {
  const format = useFormat();
  const parts = partsOf(opening, peak);
  if (parts.length === 0) return null;
  const widest = Math.max(...parts.map((part) => Math.abs(part.peak ?? 0)));
  return (
    <Table>
      <caption className="px-3 pt-3 pb-1 text-left text-[11px] font-semibold text-muted">Points of the score</caption>
      <thead>
        <tr>
          <Th>Family</Th>
          <Th className="num">Opening</Th>
          <Th className="num">Peak</Th>
          <Th className="w-2/5">
            <span className="sr-only">Share at the peak</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.family}>
            <th scope="row" className="h-7 border-b px-(--cell-x) text-left font-normal">
              {words(part.family)}
            </th>
            <Td className="num h-7">{format.signed(part.opening, 3)}</Td>
            <Td className="num h-7">{format.signed(part.peak, 3)}</Td>
            <Td className="h-7">
              <Bar part={part} widest={widest} severity={severity} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Bar({ part: { family, peak }, widest, severity }: { part: Part; widest: number; severity: Severity }) {
  const width = widest > 0 ? (100 * Math.abs(peak ?? 0)) / widest : 0;
  const isPlain = family === "base" || (peak ?? 0) < 0;
  return (
    <svg
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      aria-hidden="true"
      className={classes("h-2 w-full", isPlain ? "text-muted" : SEVERITY_TEXT[severity])}
    >
      <rect width="100" height="8" fill="var(--hover)" />
      <rect width={width} height="8" fill="currentColor" />
    </svg>
  );
}
