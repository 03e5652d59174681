import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import type { AlertPages, AlertRow } from "./alert-types";
import { placed } from "./pages";

const alert = (id: number, changes: Partial<AlertRow> = {}): AlertRow => ({ ...FRAMES.alert.data, id, ...changes });
const two: AlertPages = {
  pages: [
    { results: [alert(9), alert(7)], next: "http://test/?cursor=a" },
    { results: [alert(5), alert(3)], next: null },
  ],
  pageParams: [null, "a"],
};
const ids = (pages: AlertPages) => pages.pages.map((page) => page.results.map((one) => one.id));

describe("pages of alerts", () => {
  it("take a new alert first", () => {
    expect(ids(placed(two, alert(12), true))).toEqual([
      [12, 9, 7],
      [5, 3],
    ]);
  });

  it("put one that came to fit where its number belongs", () => {
    expect(ids(placed(two, alert(6), true))).toEqual([
      [9, 7],
      [6, 5, 3],
    ]);
    expect(ids(placed(two, alert(1), true))).toEqual([
      [9, 7],
      [5, 3, 1],
    ]);
  });

  it("leave one that is older than all for its own page", () => {
    const first = { pages: two.pages.slice(0, 1), pageParams: [null] };

    expect(placed(first, alert(4), true)).toBe(first);
  });

  it("change one in its place", () => {
    const changed = placed(two, alert(7, { severity: "CRITICAL" }), true);

    expect(ids(changed)).toEqual(ids(two));
    expect(changed.pages[0]?.results[1]?.severity).toBe("CRITICAL");
  });

  it("let one go that fits no more, and pass over one that never did", () => {
    expect(ids(placed(two, alert(7), false))).toEqual([[9], [5, 3]]);
    expect(placed(two, alert(8), false)).toBe(two);
  });

  it("take an alert into an empty list", () => {
    const empty = { pages: [{ results: [], next: null }], pageParams: [null] };

    expect(ids(placed(empty, alert(1), true))).toEqual([[1]]);
  });
});
