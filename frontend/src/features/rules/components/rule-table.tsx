import { Table, Th } from "@/components/ui/table";
import type { Rule } from "../queries";
import type { Asking } from "./reason-dialog";
import { RuleRow } from "./rule-row";

interface Props {
  rules: readonly Rule[];
  mayChange: boolean;
  onEdit: (key: string) => void;
  onAsk: (asking: Asking) => void;
}

export function RuleTable({ rules, mayChange, onEdit, onAsk }: Props) {
  return (
    <Table>
      <thead>
        <tr>
          <Th>Rule</Th>
          <Th>Measures</Th>
          <Th>Severity</Th>
          <Th>Opens and ends</Th>
          <Th>Judges</Th>
          <Th className="num">Going on</Th>
          <Th>State</Th>
          {mayChange && (
            <Th>
              <span className="sr-only">Change</span>
            </Th>
          )}
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <RuleRow key={rule.key} rule={rule} mayChange={mayChange} onEdit={onEdit} onAsk={onAsk} />
        ))}
      </tbody>
    </Table>
  );
}
