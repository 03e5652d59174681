import { TriangleAlert } from "lucide-react";
import { sentenceOf } from "@/api/errors";
import { Button } from "./button";

/** What failed, in a sentence, and how to try again. */
export function Problem({ problem, onRetry }: { problem: unknown; onRetry?: () => void }) {
  return (
    <div role="alert" className="grid justify-items-center gap-2 px-6 py-10 text-center">
      <TriangleAlert className="size-6 text-high" aria-hidden="true" />
      <p className="max-w-md font-medium">{sentenceOf(problem)}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
