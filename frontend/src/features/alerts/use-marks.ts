import { useCallback, useState } from "react";

export interface Marks {
  ids: ReadonlySet<number>;
  toggle: (id: number) => void;
  clear: () => void;
}

/** The alerts that are marked, to take care of several at once. */
export function useMarks(): Marks {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback((id: number) => setIds((before) => toggled(before, id)), []);
  const clear = useCallback(() => setIds(new Set()), []);
  return { ids, toggle, clear };
}

function toggled(before: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}
