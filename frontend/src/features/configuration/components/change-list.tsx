import { words } from "@/lib/words";
import type { Version } from "../api/config";
import { changedParts } from "../draft";

/** What a version changed against the one before it. */
export function ChangeList({ changes }: { changes: Version["changes"] }) {
  if (changes.length === 0) return <p className="text-xs text-muted">Nothing before it to differ from.</p>;
  return (
    <ul className="grid gap-0.5">
      {changes.map(({ name, before, after }) => (
        <li key={name} className="text-xs">
          <b>{words(name)}</b> <span className="break-words text-muted">{changedParts(before, after).join("; ")}</span>
        </li>
      ))}
    </ul>
  );
}
