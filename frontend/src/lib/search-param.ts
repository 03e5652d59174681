import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** One choice of a screen, kept in the address; what the address does not say, or says wrongly, is `first`. */
export function useSearchParam<T extends string>(
  name: string,
  allowed: readonly T[],
  first: T,
): [T, (value: T) => void] {
  const [given, setGiven] = useSearchParams();
  const value = allowed.find((choice) => choice === given.get(name)) ?? first;
  const change = useCallback(
    (next: T) =>
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
  return [value, change];
}
