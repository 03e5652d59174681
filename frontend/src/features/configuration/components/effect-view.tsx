import { Table, Td, Th } from "@/components/ui/table";
import { istMoment, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Effect } from "../api/config";
import { signed } from "../draft";

/** What a dry run found. */
export function EffectView({ effect }: { effect: Effect }) {
  const format = useFormat();
  const rows = [...Object.entries(effect.severities), ["Alerts opened", effect.alerts] as const];
  return (
    <div className="grid gap-2" aria-live="polite">
      <p className="font-semibold">{effect.sentence}</p>
      <p className="text-xs text-muted">
        {format.count(effect.records)} stored records
        {effect.since &&
          effect.until &&
          `, ${istMoment(Date.parse(effect.since))} to ${istMoment(Date.parse(effect.until))}`}
        . Nothing was stored.
      </p>
      <Table>
        <thead>
          <tr>
            <Th>What</Th>
            <Th className="num">In force</Th>
            <Th className="num">With the draft</Th>
            <Th className="num">Difference</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, count]) => (
            <tr key={name}>
              <th scope="row" className="h-(--row) border-b px-(--cell-x) text-left font-normal">
                {name}
              </th>
              <Td className="num">{format.count(count.before)}</Td>
              <Td className="num">{format.count(count.after)}</Td>
              <Td className="num font-semibold">{signed(count.difference)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {effect.not_covered.length > 0 && (
        <p className="text-xs text-high">
          Stored scores cannot show the effect of {effect.not_covered.map(words).join(", ")}.
        </p>
      )}
    </div>
  );
}
