import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RANGES, type Range, rangeMs } from "@/components/ui/time-range";
import { answerWith, refusal } from "@/test/answers";
import { expectAccessible, renderPage } from "@/test/page";
import type { Bucket } from "./api/metrics";
import { bucketOf, bucketsOf, everyBucket, severityTotals } from "./buckets";
import MetricsScreen from "./metrics-screen";

const severities = { NORMAL: 1, LOW: 0, MEDIUM: 0, HIGH: 3, CRITICAL: 0 };
const bucket = (start: string, mean: number): Bucket => ({
  start,
  records: 4,
  mean,
  max: 0.84,
  breadth: 0.75,
  market_share: null,
  severities,
});
const row = (symbol: string, mean: number, records: number) => ({
  symbol,
  records,
  mean,
  max: 0.84,
  min: 0.12,
  last: 0.83,
  last_minute: "2026-01-30T09:59:00.000Z",
  severities: { ...severities, NORMAL: records - 3 },
});
const STATS = {
  run: 7,
  source: "simulated",
  now: { instant: "2026-01-30T09:59:59.000Z" },
  from: "2026-01-30T09:00:00.000Z",
  to: "2026-01-30T10:00:00.000Z",
  bucket_minutes: 15,
  buckets: [bucket("2026-01-30T09:00:00.000Z", 0.26), bucket("2026-01-30T09:45:00.000Z", 0.41)],
  symbols: [row("NIFTY", 0.2, 40), row("M&M", 0.4, 20)],
};
const COUNTS = {
  from: STATS.from,
  to: STATS.to,
  bucket_minutes: 15,
  run: 7,
  buckets: [{ start: STATS.from, alerts: 3, severities: { LOW: 0, MEDIUM: 2, HIGH: 1, CRITICAL: 0 } }],
};
const BARS = { bars: [{ start: "2026-01-30T09:45:00.000Z", score: 0.83 }] };
const ANSWERS = {
  "GET /api/v1/risk/stats": STATS,
  "GET /api/v1/alerts/counts": COUNTS,
  "GET /api/v1/risk/bars": BARS,
};
const rowsOf = (name: string) => {
  const card = screen.getByRole("region", { name });
  fireEvent.click(within(card).getByRole("button", { name: "Table" }));
  return within(card)
    .getAllByRole("row")
    .slice(1)
    .map((line) => [...line.children].map((cell) => cell.textContent));
};

afterEach(() => vi.unstubAllGlobals());

describe("buckets", () => {
  it("never ask for more than 300 points", () => {
    const counts = RANGES.flatMap((range: Range) =>
      bucketsOf(range).map((minutes) => rangeMs(range) / 60_000 / minutes),
    );

    expect(Math.max(...counts)).toBeLessThanOrEqual(300);
  });

  it("fall back to the range's first where the address has another", () => {
    expect([bucketOf("24h", "5"), bucketOf("24h", "1"), bucketOf("7d", null)]).toEqual([5, 15, 60]);
  });

  it("leave a hole where the server has nothing", () => {
    const every = everyBucket(STATS.buckets, Date.parse(STATS.from), Date.parse(STATS.to), 15);

    expect(every.map(({ bucket: one }) => one?.mean)).toEqual([0.26, undefined, undefined, 0.41]);
  });

  it("add up severities", () => {
    expect(severityTotals(STATS.buckets).find(({ severity }) => severity === "HIGH")?.records).toBe(6);
  });
});

describe("MetricsScreen", () => {
  it("names run and source and has every chart's numbers as a table", async () => {
    answerWith(ANSWERS);
    renderPage(<MetricsScreen />, { at: "/metrics?symbols=NIFTY,NOBODY" });

    expect(await screen.findByText(/Run 7, 30 Jan 2026, 14:30:00 IST to 30 Jan 2026, 15:30:00 IST/)).toBeVisible();
    expect(screen.getByText("SIMULATED")).toBeVisible();
    expect(await screen.findByText(/^3, a column/)).toBeVisible();
    await expectAccessible();
    await vi.waitFor(() => expect(screen.queryByText(/Not read/)).toBeNull());
    expect(rowsOf("Score")[0]?.slice(0, 3)).toEqual(["30 Jan, 14:30", "0.260", "0.840"]);
    expect(rowsOf("Severities")).toContainEqual(["HIGH", "6", "75.0 %"]);
    expect(rowsOf("Alerts opened")).toEqual([["30 Jan, 14:30", "0", "1", "2", "0", "3"]]);
    expect(rowsOf("Breadth and market-wide share")[1]).toEqual(["30 Jan, 14:45", "–", "–"]);
  });

  it("asks a shorter range of the run's own time, not of the wall clock", async () => {
    const asked = answerWith(ANSWERS);
    renderPage(<MetricsScreen />, { at: "/metrics?range=1h" });

    await screen.findByText(/Run 7/);
    const last = asked.filter(({ path }) => path === "/api/v1/risk/stats").at(-1);
    expect(Object.fromEntries(last?.query ?? [])).toEqual({ bucket: "1", run: "7", from: "2026-01-30T08:59:59.000Z" });
  });

  it("sorts symbols by the heading that is pressed", async () => {
    answerWith(ANSWERS);
    renderPage(<MetricsScreen />);
    const names = () => screen.getAllByRole("rowheader").map((cell) => cell.textContent);

    await screen.findByRole("region", { name: "By symbol" });
    expect(names()).toEqual(["M&M", "NIFTY"]);
    fireEvent.click(screen.getByRole("button", { name: "Records" }));
    expect(names()).toEqual(["NIFTY", "M&M"]);
  });

  it("exports the range that it shows, through the audited address", async () => {
    answerWith(ANSWERS);
    renderPage(<MetricsScreen />);

    const address = (await screen.findByRole("link", { name: "Records as CSV" })).getAttribute("href") ?? "";
    expect(Object.fromEntries(new URL(address, "http://x").searchParams)).toEqual({
      format: "csv",
      run: "7",
      from: STATS.from,
      to: STATS.to,
    });
  });

  it("says that nothing is scored yet, and that something failed", async () => {
    answerWith({ "GET /api/v1/risk/stats": refusal(404, "run_not_found", "There are no records of run 7.") });
    renderPage(<MetricsScreen />);
    expect(await screen.findByText("Nothing is scored yet")).toBeVisible();

    answerWith({ "GET /api/v1/risk/stats": refusal(400, "invalid", "The range is wrong.") });
    renderPage(<MetricsScreen />);
    expect(await screen.findByText("The range is wrong.")).toBeVisible();
  });
});
