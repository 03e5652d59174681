import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type Filters, readFilters, writeFilters } from "./filters";

/** The filters of this screen, kept in its address. */
export function useFilters(): [Filters, (changes: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const change = useCallback(
    (changes: Partial<Filters>) => setParams(writeFilters({ ...filters, ...changes }), { replace: true }),
    [filters, setParams],
  );
  return [filters, change];
}
