import { useSearchParam } from "@/lib/search-param";
import { Segmented } from "./segmented";

export const RANGES = ["1h", "4h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

const HOURS: Record<Range, number> = { "1h": 1, "4h": 4, "24h": 24, "7d": 168 };

export function rangeMs(range: Range): number {
  return HOURS[range] * 3_600_000;
}

/** The time range of this screen, kept in its address (`?range=24h`). */
export function useTimeRange(first: Range = "24h"): [Range, (range: Range) => void] {
  return useSearchParam("range", RANGES, first);
}

interface Props {
  value: Range;
  onChange: (range: Range) => void;
  ranges?: readonly Range[];
}

export function TimeRange({ value, onChange, ranges = RANGES }: Props) {
  const choices = ranges.map((range) => ({ value: range, label: range.replace("h", " h").replace("d", " d") }));
  return <Segmented label="Time range" value={value} choices={choices} onChange={onChange} />;
}
