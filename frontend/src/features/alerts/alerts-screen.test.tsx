import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { Toaster } from "sonner";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boot, setBoot } from "@/api/boot";
import { listenForShortcuts } from "@/lib/shortcuts";
import { fakeApi } from "@/test/fake-api";
import { FRAMES } from "@/test/fixtures";
import { expectAccessible, makeStore, renderPage } from "@/test/page";
import type { AlertRow } from "./alert-types";
import AlertsScreen from "./alerts-screen";

const ALERTS = "/api/v1/alerts";
const alert = (id: number, changes: Partial<AlertRow> = {}) => ({
  ...FRAMES.alert.data,
  run: 1,
  config_version: 1,
  raised_at: "2026-11-20T05:00:00Z",
  acknowledged_at: null,
  resolved_at: null,
  id,
  ...changes,
});
const record = { timestamp: "2026-11-20T05:00:00Z", risk_score: 0.5312, decomposition: { base: 0.3, jump: 0.2312 } };
const OPEN = [alert(19, { symbol: "NIFTY" }), alert(17)];
const ALL = [...OPEN, alert(12, { symbol: "TCS", status: "acknowledged", acknowledged_by: "ravi" })];

// A server that keeps what it was told: the list follows the acts.
function serve(more: Parameters<typeof fakeApi>[0] = {}) {
  const details = ALL.map((row) => [`GET ${ALERTS}/${row.id}`, { ...row, opening: record, peak: record }]);
  const lines = ALL.map(({ id }) => [`GET ${ALERTS}/${id}/timeline`, { results: [], next: null }]);
  return fakeApi({
    [`GET ${ALERTS}`]: ({ url }: Request) => {
      const status = new URL(url).searchParams.get("status");
      return Response.json({ results: ALL.filter((row) => row.status === status), next: null });
    },
    [`GET ${ALERTS}/assignees`]: { assignees: ["asha", "ravi"] },
    ...Object.fromEntries([...details, ...lines]),
    ...more,
  });
}

async function open(at = "/alerts") {
  const store = makeStore();
  store.hear({ ...FRAMES.snapshot, seq: 42 });
  const element = (
    <>
      <Routes>
        <Route path="/alerts" element={<AlertsScreen />} />
        <Route path="/alerts/:id" element={<AlertsScreen />} />
      </Routes>
      <Toaster />
    </>
  );
  const page = renderPage(element, { at, store, paths: ["alerts"] });
  await screen.findByRole("region", { name: "Open · 2" });
  return page;
}

const section = (name: string) => screen.getByRole("region", { name });
const frame = (seq: number, data: Partial<AlertRow>) => ({
  ...FRAMES.alert,
  seq,
  data: { ...FRAMES.alert.data, ...data },
});

describe("AlertsScreen", () => {
  let stop = () => {};
  beforeEach(() => {
    stop = listenForShortcuts();
  });
  afterEach(() => stop());

  it("shows what is open first, then what somebody took, and nothing that axe finds wrong", async () => {
    serve();
    await open();

    const list = screen.getByRole("region", { name: "Alerts" });
    const order = within(list)
      .getAllByRole("region")
      .map((region) => region.getAttribute("aria-label"));
    expect(order).toEqual(["Open · 2", "Acknowledged · 1"]);
    await expectAccessible();
  });

  it("shows one alert in full, without a finding of axe", async () => {
    serve();
    await open("/alerts/17");

    const detail = await screen.findByRole("article", { name: "Alert 17" });
    expect(await within(detail).findByText("Opening and peak")).toBeVisible();
    expect(within(detail).getAllByText("+0.231")).toHaveLength(2);
    await expectAccessible();
  });

  it("takes an alert that the stream brings, and moves one that a colleague took", async () => {
    serve();
    const { store } = await open();

    act(() => store.hear(frame(43, { id: 23, symbol: "INFY" })));
    act(() => store.hear(frame(44, { id: 17, status: "acknowledged", acknowledged_by: "ravi" })));

    const taken = await screen.findByRole("region", { name: "Acknowledged · 2" });
    expect(within(taken).getByText("M&M")).toBeVisible();
    expect(within(section("Open · 2")).getByText("INFY")).toBeVisible();
  });

  it("moves through the list with j and k and acknowledges with a, before the server has answered", async () => {
    let answer = (_: Response) => {};
    serve({ [`POST ${ALERTS}/17/acknowledge`]: () => new Promise<Response>((resolve) => (answer = resolve)) });
    await open();

    await userEvent.keyboard("jj");
    await screen.findByRole("article", { name: "Alert 17" });
    await userEvent.keyboard("a");

    expect(await within(section("Acknowledged · 2")).findByText("M&M")).toBeVisible();
    await act(async () => answer(Response.json(alert(17, { status: "acknowledged", acknowledged_by: "asha" }))));
    expect(await screen.findByText("M&M: acknowledged.")).toBeVisible();
  });

  it("takes an act back that came too late, and says who was faster", async () => {
    const current = alert(17, { status: "resolved", resolved_by: "ravi" });
    const refusal = { code: "alert_moved", detail: "The alert is resolved already, by ravi.", current };
    serve({ [`POST ${ALERTS}/17/acknowledge`]: () => Response.json(refusal, { status: 409 }) });
    await open("/alerts/17");

    await userEvent.keyboard("a");

    expect(await screen.findByText("ravi was faster: the alert is resolved already.")).toBeVisible();
    await waitFor(() => expect(within(section("Open · 1")).queryByText("M&M")).toBeNull());
    expect(within(section("Acknowledged · 1")).queryByText("M&M")).toBeNull();
  });

  it("puts an alert back where it was when the server fails", async () => {
    const refusal = { code: "unavailable", detail: "The database does not answer." };
    serve({ [`POST ${ALERTS}/17/acknowledge`]: () => Response.json(refusal, { status: 503 }) });
    await open("/alerts/17");

    await userEvent.keyboard("a");

    expect(await screen.findByText("The database does not answer.")).toBeVisible();
    expect(within(section("Open · 2")).getByText("M&M")).toBeVisible();
  });

  it("resolves all that are marked, with a classification and a reason, and not without", async () => {
    const asked = serve();
    await open();
    const resolved = () => asked.filter((request) => request.url.endsWith("/resolve"));

    await userEvent.keyboard("j");
    await screen.findByRole("article", { name: "Alert 19" });
    await userEvent.keyboard("xj");
    await screen.findByRole("article", { name: "Alert 17" });
    await userEvent.keyboard("x");
    await screen.findByText("2 marked");
    await userEvent.keyboard("r");
    const dialog = await screen.findByRole("dialog", { name: "Resolve 2 alerts" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Resolve" }));
    expect(await within(dialog).findByText("Say what it was.")).toBeVisible();
    expect(resolved()).toEqual([]);

    await userEvent.click(within(dialog).getByRole("combobox", { name: "What it was" }));
    await userEvent.click(await screen.findByRole("option", { name: "News explains it" }));
    await userEvent.type(within(dialog).getByLabelText("Why"), "Results at noon");
    await userEvent.click(within(dialog).getByRole("button", { name: "Resolve" }));

    await waitFor(() => expect(resolved()).toHaveLength(2));
    expect(await resolved()[0]?.clone().json()).toEqual({ classification: "news", note: "Results at noon" });
  });

  it("gives a viewer no control that would be refused, and no key either", async () => {
    setBoot({ ...boot(), user: { username: "vik", role: "viewer", capabilities: ["alerts.read", "risk.read"] } });
    const asked = serve();
    await open("/alerts/17");
    await screen.findByText("Opening and peak");

    await userEvent.keyboard("axrsc");

    expect(screen.queryByRole("toolbar", { name: "Take care of it" })).toBeNull();
    expect(screen.queryByRole("toolbar", { name: "Marked alerts" })).toBeNull();
    expect(screen.queryByRole("checkbox")).toBeNull();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByLabelText("Comment")).toBeNull();
    expect(asked.every((request) => request.method === "GET")).toBe(true);
    expect(asked.some((request) => request.url.endsWith("/assignees"))).toBe(false);
  });

  it("asks the server for what the address says", async () => {
    const asked = serve();
    await open("/alerts?severity=HIGH,CRITICAL&symbol=M%26M");

    const query = asked.map(({ url }) => new URL(url).searchParams).find((params) => params.has("status"));
    expect(query?.getAll("severity")).toEqual(["CRITICAL", "HIGH"]);
    expect(query?.get("symbol")).toBe("M&M");
  });

  it("says that nothing waits, and that the list could not be read", async () => {
    fakeApi({ [`GET ${ALERTS}`]: { results: [], next: null } });
    const { unmount } = renderPage(<AlertsScreen />, { at: "/alerts" });
    expect(await screen.findByText("Nothing waits for anybody")).toBeVisible();
    unmount();

    fakeApi({});
    renderPage(<AlertsScreen />, { at: "/alerts" });
    expect((await screen.findAllByRole("button", { name: "Try again" })).length).toBeGreaterThan(0);
  });
});
