import { useMemo } from "react";
import { type Settings, useSettings } from "./settings";

/** What stands where a value is not known. */
export const UNKNOWN = "–";
const MINUS = "\u2212";
const IST = "Asia/Kolkata";

export interface Format {
  /** 24,312.35 */
  price(value: number | null | undefined): string;
  /** +2.10 or −2.10; without the unit, which the heading of the column names. */
  signed(value: number | null | undefined, digits?: number): string;
  /** +2.10 % */
  percent(value: number | null | undefined, digits?: number): string;
  /** 0.812 */
  score(value: number | null | undefined): string;
  /** 1,23,456 */
  count(value: number | null | undefined): string;
  /** A plain number with so many digits. */
  number(value: number | null | undefined, digits: number): string;
  /** ₹ 1.25 cr, ₹ 3.40 lakh, or millions. */
  money(value: number | null | undefined): string;
}

export function makeFormat(numbers: Settings["numbers"]): Format {
  const locale = numbers === "indian" ? "en-IN" : "en-US";
  const cache = new Map<number, Intl.NumberFormat>();
  const plain = (value: number, digits: number) => {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const made = cache.get(digits) ?? new Intl.NumberFormat(locale, options);
    cache.set(digits, made);
    return made.format(value).replace("-", MINUS);
  };
  const known = (value: number | null | undefined, write: (value: number) => string) =>
    value === null || value === undefined || !Number.isFinite(value) ? UNKNOWN : write(value);
  const signed = (value: number, digits: number) => {
    const rounded = plain(Math.abs(value), digits);
    const isZero = !/[1-9]/.test(rounded);
    return isZero ? rounded : `${value > 0 ? "+" : MINUS}${rounded}`;
  };
  return {
    price: (value) => known(value, (price) => plain(price, 2)),
    signed: (value, digits = 2) => known(value, (number) => signed(number, digits)),
    percent: (value, digits = 2) => known(value, (number) => `${signed(number, digits)} %`),
    score: (value) => known(value, (score) => plain(score, 3)),
    count: (value) => known(value, (count) => plain(count, 0)),
    number: (value, digits) => known(value, (number) => plain(number, digits)),
    money: (value) => known(value, (amount) => `₹ ${scaled(amount, numbers, plain)}`),
  };
}

const STEPS = {
  indian: [
    [1e7, " cr"],
    [1e5, " lakh"],
  ],
  international: [
    [1e9, " bn"],
    [1e6, " m"],
  ],
} as const;

function scaled(
  amount: number,
  numbers: Settings["numbers"],
  plain: (value: number, digits: number) => string,
): string {
  const step = STEPS[numbers].find(([size]) => Math.abs(amount) >= size);
  return step ? `${plain(amount / step[0], 2)}${step[1]}` : plain(amount, 2);
}

/** The formats in the grouping that the person chose. */
export function useFormat(): Format {
  const { numbers } = useSettings();
  return useMemo(() => makeFormat(numbers), [numbers]);
}

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: IST,
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const minute = new Intl.DateTimeFormat("en-GB", { timeZone: IST, hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { timeZone: IST, day: "numeric", month: "short", year: "numeric" });

/** 10:30:00 in IST. */
export function istClock(ms: number): string {
  return clock.format(ms);
}

/** 10:30 in IST. */
export function istMinute(ms: number): string {
  return minute.format(ms);
}

/** 20 Nov 2026 in IST. */
export function istDay(ms: number): string {
  return day.format(ms);
}

const short = new Intl.DateTimeFormat("en-GB", {
  timeZone: IST,
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** 20 Nov, 10:30 in IST. */
export function istShort(ms: number): string {
  return short.format(ms);
}

/** 20 Nov 2026, 10:30:00 IST. */
export function istMoment(ms: number): string {
  return `${istDay(ms)}, ${istClock(ms)} IST`;
}

/** 0.4 s · 12 s · 4:05 min · 2:03:10 h · 3 days. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (part: number) => String(part).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${pad(seconds % 60)} min`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** 38 ms · 1.4 s · 2:05 min. */
export function lag(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return UNKNOWN;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}
