import { ApiError, sentenceOf } from "@/api/errors";

/** Why a change was not taken. Where another version came between, the list below is read again already. */
export function Refused({ problem }: { problem: unknown }) {
  if (!problem) return null;
  const isMoved = problem instanceof ApiError && problem.code === "config_moved";
  return (
    <p role="alert" className="rounded-md border border-critical px-3 py-2 text-critical">
      {sentenceOf(problem)}
      {isMoved && " What is shown now is the newest version: look at it, and send again if you still mean it."}
    </p>
  );
}
