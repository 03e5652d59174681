import { act, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { makeStore, renderPage } from "@/test/page";
import { AlertToasts, isAlarm } from "./alert-toasts";

const alert = FRAMES.alert.data;
const frame = (seq: number, more: Partial<typeof alert>) => ({ ...FRAMES.alert, seq, data: { ...alert, ...more } });

describe("isAlarm", () => {
  it.each([
    ["an alert that opens CRITICAL", { event: "opened", severity: "CRITICAL" }, true],
    ["an alert that rises to HIGH", { event: "rose", severity: "HIGH" }, true],
    ["an alert that opens MEDIUM", { event: "opened", severity: "MEDIUM" }, false],
    ["what a person did to a HIGH one", { event: "acknowledged", severity: "HIGH" }, false],
    ["a HIGH one that is recovering", { event: "recovering", severity: "HIGH" }, false],
  ] as const)("takes %s: %o", (_, more, expected) => {
    expect(isAlarm({ ...alert, ...more })).toBe(expected);
  });
});

describe("AlertToasts", () => {
  it("shows each alarm, and says one in five seconds to who listens", async () => {
    const store = makeStore();
    store.hear(FRAMES.snapshot);
    renderPage(<AlertToasts />, { store });
    const clock = vi.spyOn(Date, "now");
    const said = () => document.querySelector("p[aria-live=polite]")?.textContent;

    clock.mockReturnValue(1_000_000);
    act(() => store.hear(frame(43, { id: 17, symbol: "M&M" })));
    clock.mockReturnValue(1_004_000);
    act(() => store.hear(frame(44, { id: 18, symbol: "NIFTY" })));

    expect(said()).toBe("M&M: HIGH. Driven by recent moves.");
    clock.mockRestore();
    await waitFor(() => expect(screen.getAllByRole("link")).toHaveLength(2));
    const addresses = screen.getAllByRole("link").map((link) => link.getAttribute("href"));
    expect(addresses.sort()).toEqual(["/alerts/17", "/alerts/18"]);
  });
});
