import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { SeverityMark } from "@/components/ui/severity-mark";
import { Table, Td, Th } from "@/components/ui/table";
import { istShort } from "@/lib/format";
import { words } from "@/lib/words";
import type { Silence } from "../queries";
import { scopeOf } from "../wording";

interface Props {
  silences: readonly Silence[];
  /** Null for who may not take care of alerts. */
  onEnd: ((silence: Silence) => void) | null;
}

export function SilenceTable({ silences, onEnd }: Props) {
  return (
    <Table>
      <thead>
        <tr>
          <Th>Silenced</Th>
          <Th>Up to</Th>
          <Th>Why</Th>
          <Th>By</Th>
          <Th>From, IST</Th>
          <Th>Until, IST</Th>
          <Th>State</Th>
          {onEnd && (
            <Th>
              <span className="sr-only">End</span>
            </Th>
          )}
        </tr>
      </thead>
      <tbody>
        {silences.map((silence) => (
          <Row key={silence.id} silence={silence} onEnd={onEnd} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ silence, onEnd }: { silence: Silence; onEnd: Props["onEnd"] }) {
  const { state, ended_at: endedAt, ended_by: endedBy } = silence;
  return (
    <tr className="hover:bg-raised">
      <th scope="row" className="h-(--row) max-w-72 border-b px-(--cell-x) text-left">
        {scopeOf(silence)}
      </th>
      <Td>
        <SeverityMark severity={silence.max_severity} />
      </Td>
      <Td className="max-w-80">{silence.reason}</Td>
      <Td>{silence.author}</Td>
      <Td className="whitespace-nowrap">{istShort(Date.parse(silence.starts_at))}</Td>
      <Td className="whitespace-nowrap">
        {istShort(Date.parse(endedAt ?? silence.ends_at))}
        {endedBy && <span className="text-muted"> ended by {endedBy}</span>}
      </Td>
      <Td>
        <Badge className={state === "active" ? "text-medium" : "text-muted"}>{words(state)}</Badge>
      </Td>
      {onEnd && (
        <Td className="text-right">
          {state !== "over" && (
            <Button size="small" aria-label={`End silence ${silence.id} now`} onClick={() => onEnd(silence)}>
              End now
            </Button>
          )}
        </Td>
      )}
    </tr>
  );
}
