import { Pencil, Trash2 } from "lucide-react";
import { Link } from "react-router";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { SeverityMark } from "@/components/ui/severity-mark";
import { Switch } from "@/components/ui/switch";
import { Td } from "@/components/ui/table";
import type { Rule } from "../queries";
import { levelsOf, meaningOf, scopeOf } from "../wording";
import type { Asking } from "./reason-dialog";

interface Props {
  rule: Rule;
  mayChange: boolean;
  onEdit: (key: string) => void;
  onAsk: (asking: Asking) => void;
}

export function RuleRow({ rule, mayChange, onEdit, onAsk }: Props) {
  const { key, enabled: isEnabled = true } = rule;
  return (
    <tr className="hover:bg-raised">
      <th scope="row" className="h-(--row) border-b px-(--cell-x) text-left whitespace-nowrap">
        <span className="font-mono text-xs font-semibold">{key}</span>
        {rule.is_built_in && <Badge className="ml-2 text-muted">Built in</Badge>}
      </th>
      <Td className="max-w-80 py-1.5 text-muted">{meaningOf(rule)}</Td>
      <Td>{key === "score" ? "By the score" : rule.severity && <SeverityMark severity={rule.severity} />}</Td>
      <Td className="py-1.5">{levelsOf(rule)}</Td>
      <Td className="max-w-48">{scopeOf(rule)}</Td>
      <Td className="num">
        {rule.going > 0 ? (
          <Link to={`/alerts?status=all&rule=${key}`} className="text-accent hover:underline">
            {rule.going}
          </Link>
        ) : (
          0
        )}
      </Td>
      <Td className="whitespace-nowrap">
        {mayChange ? (
          <Switch
            label={isEnabled ? "Enabled" : "Disabled"}
            isOn={isEnabled}
            onChange={(next) => onAsk({ what: next ? "enable" : "disable", key })}
          />
        ) : (
          <Badge className={isEnabled ? "" : "text-muted"}>{isEnabled ? "Enabled" : "Disabled"}</Badge>
        )}
      </Td>
      {mayChange && (
        <Td className="text-right whitespace-nowrap">
          <Button look="quiet" size="icon" aria-label={`Change ${key}`} onClick={() => onEdit(key)}>
            <Pencil />
          </Button>
          {!rule.is_built_in && (
            <Button
              look="quiet"
              size="icon"
              aria-label={`Remove ${key}`}
              onClick={() => onAsk({ what: "remove", key })}
            >
              <Trash2 />
            </Button>
          )}
        </Td>
      )}
    </tr>
  );
}
