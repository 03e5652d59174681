import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setBoot } from "@/api/boot";
import { answerWith, refusal } from "@/test/answers";
import { BOOT } from "@/test/fixtures";
import { expectAccessible, renderPage } from "@/test/page";
import type { MarketStatus, Source } from "./api/market";
import SourceScreen from "./source-screen";
import { draftOf, obstacleOf, speedsFor, wishOf } from "./wish";

// As docs/api.md has them.
const SOURCE: Source = {
  version: 3,
  mode: "demo",
  symbols: ["NIFTY"],
  replay: null,
  chosen_by: "admin",
  chosen_at: "2026-01-30T09:00:00.000Z",
  reason: "look at April",
  state: "running",
  problem: null,
  feed_state: "simulated",
  running: {
    run: 8,
    source: "simulated",
    description: "simulated market, 1 symbol",
    since: "2026-01-30T09:00:01.000Z",
    follows_choice: true,
    log_time: "2026-01-30T09:30:00.000Z",
    first: null,
    last: null,
    progress: null,
  },
  modes: [
    { mode: "demo", available: true, reason: null },
    { mode: "replay", available: true, reason: null },
    { mode: "live", available: false, reason: "No provider of live data is configured here." },
  ],
  recordings: [
    { file: "ticks_2021-04-08.parquet", size_bytes: 730697, day: "2021-04-08", problem: null },
    { file: "notes.parquet", size_bytes: 10, day: null, problem: "Its name has no day." },
  ],
  recordings_problem: null,
  most_symbols: 2,
};
const STATUS: MarketStatus = {
  server_time: "2026-01-30T09:30:00.000Z",
  exchanges: [
    {
      exchange: "NSE",
      now: "2026-01-30T09:30:00.000Z",
      now_ist: "15:00:00",
      day: "2026-01-30",
      is_covered: true,
      is_trading_day: true,
      phase: "open",
      phases: [
        {
          name: "open",
          starts_at: "2026-01-30T03:45:00.000Z",
          ends_at: "2026-01-30T10:00:00.000Z",
          starts_ist: "09:15",
          ends_ist: "15:30",
        },
      ],
      next_phase: "closed",
      next_at: "2026-01-30T10:00:00.000Z",
      seconds_to_next: 1800,
      next_session: null,
      holidays: [],
      calendar_ends: "2026-12-31",
    },
  ],
  market: {
    source: "simulated",
    clock: "log",
    now: null,
    session: { phase: "open", until: null },
    seconds_to_next: null,
    day: null,
  },
  feed: {
    server_time: "2026-01-30T09:30:00.040Z",
    feed_state: "simulated",
    source: "simulated",
    run: 8,
    judged_at: null,
    pipeline_lag_ms: 38,
    log_time: null,
    session: { phase: "open", until: null },
  },
  provider: null,
  workers: { worker_silent_seconds: 0.4, beat_silent_seconds: 0.8, silent: [], committed_at: null, records_written: 0 },
  components: [{ name: "pipeline", status: "ok", detail: "position 8-881, lag 0.3 s" }],
};
const instrument = (symbol: string) => ({ symbol, name: `Name of ${symbol}`, exchange: "NSE", kind: "share" });
const INSTRUMENTS = { results: ["NIFTY", "INFY", "TCS"].map(instrument), next: null, previous: null };
const ANSWERS = {
  "GET /api/v1/market/source": SOURCE,
  "GET /api/v1/market/status": STATUS,
  "GET /api/v1/instruments": INSTRUMENTS,
};

const asAdmin = () =>
  setBoot({ ...BOOT, user: { ...BOOT.user, role: "admin", capabilities: ["risk.read", "config.write"] } });

afterEach(() => vi.unstubAllGlobals());

describe("a wish", () => {
  it("offers the speed in force beside ours", () => {
    expect(speedsFor("7")[0]).toBe("7");
    expect(speedsFor("max")).toHaveLength(7);
  });

  it("sends a recording only with a replay, and the version that was seen", () => {
    const draft = { ...draftOf(SOURCE), reason: " a day again " };

    expect(wishOf(draft)).toEqual({
      mode: "demo",
      symbols: ["NIFTY"],
      replay: null,
      reason: "a day again",
      based_on: 3,
    });
    expect(wishOf({ ...draft, mode: "replay", speed: "10" }).replay).toEqual({
      file: "ticks_2021-04-08.parquet",
      speed: 10,
    });
  });

  it("says what is in its way", () => {
    const draft = { ...draftOf(SOURCE), reason: "abc" };

    expect(obstacleOf(draft, SOURCE)).toBeNull();
    expect(obstacleOf({ ...draft, reason: " a " }, SOURCE)).toMatch(/Say why/);
    expect(obstacleOf({ ...draft, mode: "live" }, SOURCE)).toBe("No provider of live data is configured here.");
    expect(obstacleOf({ ...draft, mode: "replay", file: "" }, SOURCE)).toBe("Choose a recording.");
    expect(obstacleOf({ ...draft, symbols: ["A", "B", "C"] }, SOURCE)).toMatch(/At most 2/);
  });
});

describe("SourceScreen", () => {
  it("shows everybody what runs and why Live cannot, and only administrators a form", async () => {
    answerWith(ANSWERS);
    renderPage(<SourceScreen />);

    expect(await screen.findByText("No provider of live data is configured here.")).toBeVisible();
    expect(screen.getByText("8 · simulated market, 1 symbol")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Feed this market" })).toBeNull();
    expect(await screen.findByText("09:15–15:30")).toBeVisible();
    expect(screen.getByText("The feed has not reported yet.")).toBeVisible();
    await expectAccessible();
  });

  it("sends an administrator's choice of a replay and shows what the server answers", async () => {
    asAdmin();
    const asked = answerWith({ ...ANSWERS, "PUT /api/v1/market/source": { ...SOURCE, version: 4, state: "pending" } });
    renderPage(<SourceScreen />);

    await userEvent.click(await screen.findByRole("radio", { name: /Replay/ }));
    await userEvent.click(await screen.findByRole("checkbox", { name: /INFY/ }));
    fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "look at April" } });
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Feed this market" }));

    await vi.waitFor(() =>
      expect(asked.find((one) => one.method === "PUT")?.body).toEqual({
        mode: "replay",
        symbols: ["NIFTY", "INFY"],
        replay: { file: "ticks_2021-04-08.parquet", speed: "max" },
        reason: "look at April",
        based_on: 3,
      }),
    );
  });

  it("offers no more symbols than may be chosen, and none of Live", async () => {
    asAdmin();
    answerWith(ANSWERS);
    renderPage(<SourceScreen />);

    await userEvent.click(await screen.findByRole("checkbox", { name: /INFY/ }));

    expect(screen.getByRole("checkbox", { name: /TCS/ })).toBeDisabled();
    expect(screen.getByRole("checkbox", { name: /NIFTY/ })).toBeEnabled();
    expect(screen.getByRole("radio", { name: /Live/ })).toBeDisabled();
  });

  it("says who was faster when the choice has moved", async () => {
    asAdmin();
    answerWith({ ...ANSWERS, "PUT /api/v1/market/source": refusal(409, "source_moved", "It is at version 3.") });
    renderPage(<SourceScreen />);

    fireEvent.change(await screen.findByLabelText("Reason"), { target: { value: "once more" } });
    await userEvent.click(screen.getByRole("button", { name: "Feed this market" }));

    expect(await screen.findByText(/It is at version 3\. admin chose meanwhile: “look at April”/)).toBeVisible();
  });

  it("offers to try again when nothing was read", async () => {
    const answers: Record<string, unknown> = { "GET /api/v1/market/status": STATUS };
    answerWith(answers);
    renderPage(<SourceScreen />);

    const again = await screen.findByRole("button", { name: "Try again" });
    answers["GET /api/v1/market/source"] = SOURCE;
    await userEvent.click(again);

    expect(await screen.findByText("What runs now")).toBeVisible();
  });
});
