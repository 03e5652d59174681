import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { boot, setBoot } from "@/api/boot";
import { listenForShortcuts } from "@/lib/shortcuts";
import { fakeApi } from "@/test/fake-api";
import { FRAMES } from "@/test/fixtures";
import { expectAccessible } from "@/test/page";
import { renderScreen } from "@/test/render-screen";
import SymbolScreen from "./symbol-screen";

// jsdom has no canvas to draw on.
vi.mock("./components/bars-canvas", () => ({ default: () => <p>canvas</p> }));

const READING = {
  value: 2.4,
  n: 15,
  coverage: 1,
  age: 30,
  family: "recent moves",
  unit: "deviations",
  window: "15 min",
  normal: 0,
  rank: 0.97,
  rank_minutes: 375,
};
const RECORD = FRAMES.snapshot.data.find((one) => one.symbol === "M&M")!;
const DETAIL = {
  ...RECORD,
  engine_version: "1",
  model_version: "m",
  decomposition: { base: 0.2, recent_moves: 0.16, jump: -0.0083 },
  features_at: "2026-11-20T05:00:00.000Z",
  features: { move_z_15: READING, atm_iv: { ...READING, value: null } },
};
const BAR = {
  start: "2026-11-20T04:58:00.000Z",
  open: 2450,
  high: 2452,
  low: 2449,
  close: 2451,
  volume: null,
  ticks: 60,
  score: 0.35,
  is_warm_up: false,
};
const EMPTY_PAGE = { results: [], next: null, previous: null };
const EPISODE = { ...FRAMES.alert.data, ended_at: "2026-11-20T05:10:00.000Z", raised_at: "2026-11-20T05:00:01.000Z" };
const SENTENCE = {
  about: "why",
  text: "In its normal conditions the score would be 0.200.",
  citation: { document: "docs/risk-model.md", heading: "Why: points that add up" },
};
const ANSWERS = {
  "GET /api/v1/instruments": {
    ...EMPTY_PAGE,
    results: [
      {
        symbol: "M&M",
        name: "Mahindra & Mahindra",
        exchange: "NSE",
        kind: "share",
        aliases: ["MM"],
        active: true,
        last: null,
        has_chain: false,
      },
    ],
  },
  "GET /api/v1/risk/bars": {
    symbol: "M&M",
    run: 1,
    source: "simulated",
    from: null,
    to: null,
    bucket_minutes: 1,
    bars: [BAR],
  },
  [`GET /api/v1/risk/${RECORD.id}`]: DETAIL,
  "GET /api/v1/risk/chain": {
    symbol: "M&M",
    chain: null,
    reason: "No option chain of M&M is stored.",
    expiries: [],
    facts: null,
  },
  "GET /api/v1/alerts": { ...EMPTY_PAGE, results: [EPISODE] },
  "POST /api/v1/explain/risk": { ...RECORD, sentences: [SENTENCE], written_by: "deterministic", text: "" },
};

function open(at = "/symbols/M%26M") {
  const drawn = renderScreen(<SymbolScreen />, { at, path: "/symbols/:symbol", paths: ["alerts", "symbols/:symbol"] });
  act(() => {
    drawn.store.hear(FRAMES.heartbeat);
    drawn.store.hear(FRAMES.snapshot);
  });
  return drawn;
}

describe("the page of a symbol", () => {
  it("shows the values of now of a symbol that needs encoding", async () => {
    fakeApi(ANSWERS);
    open();

    const head = screen.getByRole("region", { name: "M&M" });
    expect(within(head).getByRole("heading", { name: "M&M" })).toBeInTheDocument();
    expect(head).toHaveTextContent("₹ 2,450.50");
    expect(head).toHaveTextContent("0.352");
    expect(await within(head).findByText(/Mahindra & Mahindra · NSE · Share/)).toBeInTheDocument();
  });

  it("shows points that add up to the score, and says so", async () => {
    fakeApi(ANSWERS);
    open();

    const card = screen.getByRole("region", { name: "What the score is made of" });
    expect(
      await within(card).findByText("Base and points add up to 0.351700, the score of record 1065."),
    ).toBeInTheDocument();
    await userEvent.click(within(card).getByRole("button", { name: "Table" }));
    expect(within(card).getByRole("row", { name: "Recent moves +0.160" })).toBeInTheDocument();
  });

  it("says it when points do not add up", async () => {
    fakeApi({ ...ANSWERS, [`GET /api/v1/risk/${RECORD.id}`]: { ...DETAIL, decomposition: { base: 0.2 } } });
    open();

    expect(await screen.findByText(/add up to 0.200000, but the score of record 1065 is 0.351700/)).toBeInTheDocument();
  });

  it("asks for bars of the range in its address, counted back from the record's own time", async () => {
    const asked = fakeApi(ANSWERS);
    open("/symbols/M%26M?range=24h");

    await screen.findByText("canvas");
    const query = new URL(asked.find((one) => one.url.includes("bars") && one.url.includes("from="))!.url).searchParams;
    expect([query.get("symbol"), query.get("bucket"), query.get("from")]).toEqual([
      "M&M",
      "5",
      "2026-11-19T05:00:00.000Z",
    ]);
  });

  it("shows features against their normal, marks what is unusual and names what is unknown", async () => {
    fakeApi(ANSWERS);
    open();

    const row = await screen.findByRole("row", { name: /move_z_15/ });
    expect(row).toHaveTextContent("Unusual");
    expect(row).toHaveTextContent("97 %of 375 lower");
    expect(screen.getByText("Not known now (1): atm_iv.")).toBeInTheDocument();
  });

  it("says why there is no chain", async () => {
    fakeApi(ANSWERS);
    open();

    expect(await screen.findByText("No option chain of M&M is stored.")).toBeInTheDocument();
  });

  it("explains on request only, and each sentence with its source", async () => {
    const asked = fakeApi(ANSWERS);
    open();
    const isAsked = () => asked.some((request) => request.method === "POST");

    expect(isAsked()).toBe(false);
    await userEvent.click(screen.getByRole("button", { name: "Why is this risky?" }));
    expect(await screen.findByText(/In its normal conditions/)).toBeInTheDocument();
    expect(
      screen.getByRole("button", { name: "Source: Why: points that add up, docs/risk-model.md" }),
    ).toBeInTheDocument();
    expect(isAsked()).toBe(true);
  });

  it("tells a viewer why there is no explanation, and offers none", () => {
    fakeApi(ANSWERS);
    setBoot({ ...boot(), user: { username: "vik", role: "viewer", capabilities: ["risk.read", "alerts.read"] } });
    open();

    expect(screen.getByText("Explanations are for analysts")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Why is this risky?" })).toBeNull();
  });

  it("goes to its neighbours by keyboard and keeps the range", async () => {
    fakeApi(ANSWERS);
    const stop = listenForShortcuts();
    const { router } = open("/symbols/M%26M?range=1h");

    await userEvent.keyboard("[[");
    expect(router.state.location.pathname + router.state.location.search).toBe("/symbols/NIFTY?range=1h");
    stop();
  });

  it("leads from an alias to its symbol", async () => {
    fakeApi(ANSWERS);
    const { router } = open("/symbols/MM");

    await waitFor(() => expect(router.state.location.pathname).toBe("/symbols/M%26M"));
    expect(await screen.findByRole("heading", { name: "M&M" })).toBeInTheDocument();
  });

  it("says that there is no such symbol", async () => {
    fakeApi({ ...ANSWERS, "GET /api/v1/instruments": EMPTY_PAGE });
    open("/symbols/ATLANTIS");

    expect(await screen.findByText("There is no symbol ATLANTIS.")).toBeInTheDocument();
  });

  it("says what could not be read, card by card", async () => {
    fakeApi({ "GET /api/v1/instruments": ANSWERS["GET /api/v1/instruments"] });
    open();

    await waitFor(() => expect(screen.getAllByRole("button", { name: "Try again" })).toHaveLength(5));
  });

  it("has nothing that axe objects to", async () => {
    fakeApi(ANSWERS);
    const { container } = open();
    await screen.findByRole("row", { name: /move_z_15/ });

    await expectAccessible(container);
  });
});
