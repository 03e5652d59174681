import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { fits, readFilters, writeFilters } from "./filters";

const read = (address: string) => readFilters(new URLSearchParams(address));

describe("the filters of the alerts", () => {
  it("are what waits for somebody where the address says nothing, or nonsense", () => {
    expect(read("").view).toBe("todo");
    expect(read("status=lost&severity=HUGE&phase=gone")).toEqual(read(""));
  });

  it("come back from the address that they wrote", () => {
    const address = "status=all&severity=CRITICAL%2CHIGH&phase=firing&rule=score&symbol=M%26M&assignee=asha";

    expect(writeFilters(read(address)).toString()).toBe(address);
    expect(writeFilters(read("")).toString()).toBe("");
  });

  it.each([
    ["", true],
    ["severity=HIGH", true],
    ["severity=CRITICAL", false],
    ["phase=ended", false],
    ["rule=stale_feed", false],
    ["symbol=M%26M", true],
    ["symbol=NIFTY", false],
    ["assignee=asha", false],
  ])("judge an open HIGH alert of M&M by %o: %o", (address, isFit) => {
    expect(fits(FRAMES.alert.data, read(address), "open")).toBe(isFit);
  });

  it("keep an alert out of the section of another status", () => {
    expect(fits(FRAMES.alert.data, read(""), "acknowledged")).toBe(false);
  });
});
