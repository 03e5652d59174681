import { Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { may } from "@/api/boot";
import { AlertTabs } from "@/components/alert-tabs";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { Sheet } from "@/components/ui/sheet";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Asking, ReasonDialog } from "./components/reason-dialog";
import { RuleEditor } from "./components/rule-editor";
import { RuleTable } from "./components/rule-table";
import { useRules } from "./queries";

const NEW = "new";

/** The rules in force; who configures tries a change on stored history before it is stored. */
export default function RulesScreen() {
  const { data, error, refetch } = useRules();
  const [params, setParams] = useSearchParams();
  const [asking, setAsking] = useState<Asking | null>(null);
  const edit = (key: string | null) => setParams(key === null ? {} : { edit: key }, { replace: true });
  const mayChange = may("config.write");
  const edited = params.get("edit");
  const rule = data?.rules.find((one) => one.key === edited);
  const isEditing = mayChange && data !== undefined && (edited === NEW || rule !== undefined);
  const add = mayChange && (
    <Button look="main" size="small" onClick={() => edit(NEW)}>
      <Plus aria-hidden="true" /> New rule
    </Button>
  );
  return (
    <div className="grid gap-3 p-3">
      <h1 className="sr-only">Alert rules</h1>
      <AlertTabs />
      <Card aria-label="Rules">
        <CardHeader title="Rules" note={data ? `Of configuration ${data.version}` : undefined} tools={add} />
        {error && <Problem problem={error} onRetry={() => void refetch()} />}
        {!data && !error && <SkeletonRows rows={8} />}
        {data?.rules.length === 0 && <Empty title="There is no rule" />}
        {data && data.rules.length > 0 && (
          <RuleTable rules={data.rules} mayChange={mayChange} onEdit={edit} onAsk={setAsking} />
        )}
      </Card>
      <Sheet isOpen={isEditing} onClose={() => edit(null)} title={rule ? `Change ${rule.key}` : "New rule"}>
        {isEditing && <RuleEditor key={edited} rule={rule ?? null} version={data.version} onDone={() => edit(null)} />}
      </Sheet>
      {data && <ReasonDialog asking={asking} version={data.version} onClose={() => setAsking(null)} />}
    </div>
  );
}
