import { istDay, istMinute } from "@/lib/format";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY];
const IST_MS = 5.5 * HOUR;

/** Round instants of IST between two, at most so many. */
export function timeTicks(fromMs: number, toMs: number, most = 8): number[] {
  const step = STEPS.find((one) => (toMs - fromMs) / one <= most) ?? Math.ceil((toMs - fromMs) / most / DAY) * DAY;
  const first = Math.ceil((fromMs + IST_MS) / step) * step - IST_MS;
  const ticks: number[] = [];
  for (let at = first; at <= toMs; at += step) ticks.push(at);
  return ticks;
}

/** What stands at a tick: the minute, or the day where midnight is. */
export function timeLabel(ms: number): string {
  return (ms + IST_MS) % DAY === 0 ? istDay(ms).replace(/ \d{4}$/, "") : istMinute(ms);
}

/** `20 Nov, 10:30`. */
export function timeInDay(ms: number): string {
  return `${istDay(ms).replace(/ \d{4}$/, "")}, ${istMinute(ms)}`;
}
