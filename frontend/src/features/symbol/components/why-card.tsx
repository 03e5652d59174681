import { MessageCircleQuestion } from "lucide-react";
import { useState } from "react";
import { may } from "@/api/boot";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { istMoment } from "@/lib/format";
import { type Citation, type Explanation, useExplanation } from "../api/use-explanation";
import { CitedSection } from "./cited-section";

const TITLE = "Why is this risky?";

/** The newest record in plain sentences, each with the place in the documentation that it rests on. */
export function WhyCard({ symbol }: { symbol: string }) {
  const explanation = useExplanation();
  const ask = () => explanation.mutate(symbol);
  if (!may("explain.ask"))
    return (
      <Card aria-label={TITLE}>
        <CardHeader title={TITLE} />
        <Empty title="Explanations are for analysts" icon={MessageCircleQuestion}>
          Your role reads scores and what they are made of, above. An administrator can give you the role of an analyst.
        </Empty>
      </Card>
    );
  const again = explanation.isSuccess && (
    <Button size="small" onClick={ask}>
      Ask again
    </Button>
  );
  return (
    <Card aria-label={TITLE}>
      <CardHeader title={TITLE} note={noteOf(explanation.data)} tools={again} />
      {explanation.isIdle && (
        <Empty title="Not asked yet" icon={MessageCircleQuestion}>
          <p className="mb-3">
            The newest score in plain sentences, with their sources. Asking is recorded in the audit.
          </p>
          <Button look="main" onClick={ask}>
            {TITLE}
          </Button>
        </Empty>
      )}
      {explanation.isPending && <SkeletonRows rows={6} />}
      {explanation.isError && <Problem problem={explanation.error} onRetry={ask} />}
      {explanation.isSuccess && <Sentences explanation={explanation.data} />}
    </Card>
  );
}

function noteOf(explanation: Explanation | undefined): string {
  if (!explanation) return "";
  const author = explanation.written_by === "deterministic" ? "fixed rules" : explanation.written_by;
  return `of ${istMoment(Date.parse(explanation.timestamp))}, written by ${author}`;
}

function Sentences({ explanation }: { explanation: Explanation }) {
  const [cited, setCited] = useState<Citation | null>(null);
  return (
    <>
      <ul className="grid gap-2 p-3">
        {explanation.sentences.map(({ text, citation }) => (
          <li key={text}>
            {text}{" "}
            {citation && (
              <button
                type="button"
                onClick={() => setCited(citation)}
                className="text-xs text-accent hover:underline"
                aria-label={`Source: ${citation.heading}, ${citation.document}`}
              >
                {citation.heading}
              </button>
            )}
          </li>
        ))}
      </ul>
      <CitedSection citation={cited} onClose={() => setCited(null)} />
    </>
  );
}
