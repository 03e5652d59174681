import { useSearchParams } from "react-router";
import { useTimeRange } from "@/components/ui/time-range";
import type { Minutes } from "./api/metrics";
import { bucketOf } from "./buckets";

/** What the screen shows, as its address says: range, bucket, and the symbols with lines of their own. */
export function useView() {
  const [range, setRange] = useTimeRange();
  const [given, setGiven] = useSearchParams();
  const change = (name: string, value: string) =>
    setGiven(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return {
    range,
    setRange,
    bucket: bucketOf(range, given.get("bucket")),
    setBucket: (bucket: Minutes) => change("bucket", String(bucket)),
    symbols: (given.get("symbols") ?? "").split(",").filter(Boolean),
    setSymbols: (symbols: readonly string[]) => change("symbols", symbols.join(",")),
  };
}
