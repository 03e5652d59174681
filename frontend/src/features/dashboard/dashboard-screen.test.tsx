import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Frame } from "@/stream/messages";
import { FRAMES } from "@/test/fixtures";
import { expectAccessible, makeStore, renderPage } from "@/test/page";
import DashboardScreen from "./dashboard-screen";

const now = new Date().toISOString();
const fresh = FRAMES.snapshot.data.map((record) => ({ ...record, timestamp: now, tick_time: now }));
const heartbeat = { ...FRAMES.heartbeat.data, server_time: now, judged_at: now };
const FLOWING: Frame[] = [
  { ...FRAMES.heartbeat, data: heartbeat },
  { ...FRAMES.snapshot, data: fresh },
];

function show(...frames: Frame[]) {
  const store = makeStore();
  for (const frame of frames) store.hear(frame);
  return renderPage(<DashboardScreen />, { store });
}
const row = (symbol: string) =>
  screen.getByRole("rowheader", { name: new RegExp(symbol) }).closest("tr") as HTMLElement;

describe("DashboardScreen", () => {
  it("shows a symbol's price, score, severity and state with their signs", () => {
    show(...FLOWING);

    const nifty = within(row("NIFTY"));
    for (const text of ["24,312.35", "+2.10", "0.813", "HIGH", "OK", "0.52", "0.171"]) nifty.getByText(text);
  });

  it("says of an instrument without any record that there is no data", () => {
    show({ ...FRAMES.snapshot, data: fresh.slice(0, 1) });

    expect(within(row("M&M")).getByText("NO DATA")).toBeVisible();
  });

  it("follows a live value", () => {
    const { store } = show(...FLOWING);

    act(() => store.hear({ ...FRAMES.liveBatch, data: [{ ...fresh[0]!, price: 24313.05, live: true }] }));

    expect(within(row("NIFTY")).getByText("24,313.05")).toBeVisible();
  });

  it("stands still while paused and shows the newest on going on", () => {
    const { store } = show(...FLOWING);

    act(() => store.setPaused(true));
    act(() => store.hear({ ...FRAMES.liveBatch, data: [{ ...fresh[0]!, price: 24313.05, live: true }] }));
    expect(within(row("NIFTY")).getByText("24,312.35")).toBeVisible();

    act(() => store.setPaused(false));
    expect(within(row("NIFTY")).getByText("24,313.05")).toBeVisible();
  });

  it("greys out what nobody judges any more and takes it out of the counts", () => {
    show(FRAMES.snapshot); // instants of the example, long ago

    expect(row("NIFTY")).toHaveClass("is-stale");
    expect(within(row("NIFTY")).getByText("STALE")).toBeVisible();
    expect(within(screen.getByRole("region", { name: "Highest score" })).getByText("–")).toBeVisible();
  });

  it("counts symbols by severity and names the highest score", () => {
    show(...FLOWING);

    expect(screen.getByRole("region", { name: "Highest score" })).toHaveTextContent("0.813NIFTY");
    expect(screen.getByRole("region", { name: "Symbols by severity" })).toHaveTextContent("0CRITICAL1HIGH0MEDIUM1LOW");
  });

  it("lists an alert as it comes, beside the symbol's driver", () => {
    const { store } = show(...FLOWING);

    act(() => store.hear(FRAMES.alert));

    const rail = screen.getByRole("region", { name: "Alerts" });
    expect(within(rail).getByRole("link")).toHaveAttribute("href", "/alerts/17");
    expect(within(row("M&M")).getByText("Recent moves")).toBeVisible();
  });

  it("sorts by the heading that is pressed", async () => {
    show(...FLOWING);

    await userEvent.click(screen.getByRole("button", { name: "Symbol" }));

    const names = screen.getAllByRole("rowheader").map((cell) => cell.textContent);
    expect(names.map((name) => name?.slice(0, 3))).toEqual(["M&M", "NIF"]);
    expect(screen.getByRole("columnheader", { name: "Symbol" })).toHaveAttribute("aria-sort", "ascending");
  });

  it("has the treemap's numbers as a table", async () => {
    show(...FLOWING);

    await userEvent.click(screen.getByRole("button", { name: "Table" }));

    const scores = screen.getByRole("region", { name: "Scores" });
    expect(within(scores).getByRole("row", { name: "NIFTY 0.813" })).toBeVisible();
  });

  it("exports through the audited address", async () => {
    show(...FLOWING);

    await userEvent.click(screen.getByRole("button", { name: "Export" }));

    const link = screen.getByRole("menuitem", { name: "Last hour" });
    expect(link).toHaveAttribute("href", expect.stringMatching(/^\/api\/v1\/risk\/history\?format=csv&from=/));
  });

  it("has no finding of axe, empty or full", async () => {
    const { store } = show();
    await expectAccessible();

    act(() => FLOWING.forEach((frame) => void store.hear(frame)));
    act(() => store.hear(FRAMES.alert));
    await expectAccessible();
  });
});
