import { useCallback, useRef } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { nextOf } from "./order";

interface Chosen {
  id: number | null;
  choose: (id: number | null) => void;
  /** Go to the alert after (1) or before (-1) the chosen one. */
  step: (by: 1 | -1) => void;
}

/** The chosen alert, kept in the address; `order` is the list as it stands. */
export function useChosen(order: readonly number[]): Chosen {
  const navigate = useNavigate();
  const { search } = useLocation();
  const given = Number(useParams().id);
  const id = Number.isSafeInteger(given) && given > 0 ? given : null;
  const before = useRef<{ id: number | null; order: readonly number[] }>({ id: null, order: [] });
  // The order as it was when this alert was chosen, or first came into sight.
  if (before.current.id !== id || (id !== null && !before.current.order.includes(id))) before.current = { id, order };
  const choose = useCallback(
    (next: number | null) => void navigate({ pathname: next === null ? "/alerts" : `/alerts/${next}`, search }),
    [navigate, search],
  );
  const step = (by: 1 | -1) => {
    const next = nextOf(id, before.current.order, order, by);
    if (next !== undefined) choose(next);
  };
  return { id, choose, step };
}
