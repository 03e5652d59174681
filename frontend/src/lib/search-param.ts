import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** One choice of a screen, kept in the address; what the address does not say, or says wrongly, is `first`. */
export function useSearchParam<T extends string>(
  name: string,
  allowed: readonly T[],
  first: T,
): [T, (value: T) => void] {
  const [given, change] = useTextParam(name, first);
  return [allowed.find((choice) => choice === given) ?? first, change];
}

/** A text of this screen, kept in the address; without one it is `first`. */
export function useTextParam(name: string, first = ""): [string, (value: string) => void] {
  const [given, setGiven] = useSearchParams();
  const change = useCallback(
    (next: string) =>
      setGiven(
        (before) => {
          const after = new URLSearchParams(before);
          if (next === first) after.delete(name);
          else after.set(name, next);
          return after;
        },
        { replace: true },
      ),
    [setGiven, name, first],
  );
  return [given.get(name) ?? first, change];
}

/** Several of `allowed`, kept in the address with commas; none named means all of them. */
export function useListParam<T extends string>(
  name: string,
  allowed: readonly T[],
): [readonly T[], (values: readonly T[]) => void] {
  const [given, change] = useTextParam(name);
  const chosen = useMemo(() => {
    const named = given.split(",");
    return allowed.filter((choice) => named.includes(choice));
  }, [allowed, given]);
  const choose = (values: readonly T[]) => change(values.length === allowed.length ? "" : values.join());
  return [chosen.length ? chosen : allowed, choose];
}
