import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import type { StreamStore } from "@/stream/store";
import { fakeApi } from "@/test/fake-api";
import { FRAMES } from "@/test/fixtures";
import { expectAccessible } from "@/test/page";
import { renderScreen } from "@/test/render-screen";
import FeedScreen from "./feed-screen";

const STORED = { ...FRAMES.alert.data, id: 9, summary: "", raised_at: "2026-11-20T04:00:00.000Z", phase: "ended" };
const NIFTY = FRAMES.snapshot.data[0]!;
const LATER = Date.parse("2026-11-20T05:10:00.000Z");

let seq = 42;
function severity(store: StreamStore, to: "LOW" | "HIGH" | "CRITICAL") {
  const data = [{ ...NIFTY, severity: to }];
  act(() => store.hear({ ...FRAMES.batch, prev: seq, seq: ++seq, data }, LATER));
}

function open(at = "/feed") {
  const drawn = renderScreen(<FeedScreen />, { at, path: "/feed" });
  seq = 42;
  act(() => {
    drawn.store.hear(FRAMES.heartbeat, LATER);
    drawn.store.hear(FRAMES.snapshot, LATER);
  });
  return drawn;
}

beforeEach(() => {
  fakeApi({ "GET /api/v1/alerts": { results: [STORED], next: null, previous: null } });
});

describe("the market feed", () => {
  it("says from when on it has seen, and shows stored alerts from before below that", async () => {
    open();

    expect(await screen.findByText(/Alert 9 opened: driven by recent moves/)).toBeInTheDocument();
    expect(screen.getByText(/This page began to listen at 20 Nov 2026/)).toBeInTheDocument();
    expect(screen.queryByText(/Rose|Fell/)).toBeNull();
  });

  it("shows a severity that changes with its mark, newest first", () => {
    const { store } = open();

    severity(store, "CRITICAL");
    severity(store, "LOW");

    const rows = screen.getAllByRole("row").slice(1, 3);
    expect(within(rows[0]!).getByText("Fell from CRITICAL to LOW")).toBeInTheDocument();
    expect(within(rows[1]!).getByText("CRITICAL", { selector: "span" })).toBeInTheDocument();
  });

  it("holds the list while paused, counts what waits, and shows it on resuming", async () => {
    const { store } = open();
    await userEvent.click(screen.getByRole("button", { name: /Pause the feed/ }));

    severity(store, "CRITICAL");
    severity(store, "LOW");

    expect(screen.queryByText(/Rose from HIGH/)).toBeNull();
    expect(screen.getByRole("status")).toHaveTextContent("Paused, 2 waiting");
    await userEvent.click(screen.getByRole("button", { name: /Resume the feed/ }));
    expect(screen.getByText("Rose from HIGH to CRITICAL")).toBeInTheDocument();
  });

  it("keeps its filters in the address", async () => {
    const { store, router } = open("/feed?kind=alert");
    severity(store, "CRITICAL");

    expect(screen.queryByText(/Rose from/)).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Severity" }));
    expect(router.state.location.search).toBe("?kind=severity%2Calert");
    expect(screen.getByText(/Rose from/)).toBeInTheDocument();
  });

  it("asks the store for the severities and the symbol of the filter", async () => {
    const asked = fakeApi({ "GET /api/v1/alerts": { results: [], next: null, previous: null } });
    open("/feed?from=HIGH&symbol=m%26m");

    await screen.findByText("No alerts from before are stored that pass the filter.");
    const { searchParams } = new URL(asked[0]!.url);
    expect(searchParams.getAll("peak_severity")).toEqual(["HIGH", "CRITICAL"]);
    expect(searchParams.get("symbol")).toBe("M&M");
  });

  it("says that stored alerts could not be read, and tries again", async () => {
    fakeApi({});
    open();

    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such thing.");
    fakeApi({ "GET /api/v1/alerts": { results: [STORED], next: null, previous: null } });
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/Alert 9 opened/)).toBeInTheDocument();
  });

  it("has nothing that axe objects to", async () => {
    const { container, store } = open();
    severity(store, "CRITICAL");
    await waitFor(() => screen.getByText(/Alert 9 opened/));

    await expectAccessible(container);
  });
});
