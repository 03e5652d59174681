import { useMemo } from "react";
import { useListParam, useSearchParam, useTextParam } from "@/lib/search-param";
import { EVENT_KINDS } from "@/stream/event-log";
import { type FeedFilter, LEAST } from "./filter";

/** The filter of the feed, kept in the address: `?kind=severity,alert&from=HIGH&symbol=M%26M`. */
export function useFeedFilter() {
  const [kinds, setKinds] = useListParam("kind", EVENT_KINDS);
  const [least, setLeast] = useSearchParam("from", LEAST, "all");
  const [symbol, setSymbol] = useTextParam("symbol");
  const filter = useMemo<FeedFilter>(() => ({ kinds, least, symbol }), [kinds, least, symbol]);
  return { filter, setKinds, setLeast, setSymbol };
}
