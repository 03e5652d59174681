import { screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answerWith, refusal } from "@/test/answers";
import { renderPage } from "@/test/page";
import ModelScreen from "./model-screen";
import { reliabilityPoints } from "./reliability";

const bin = (forecast: number | null, cases: number) => ({
  low: 0,
  high: 0.1,
  cases,
  forecast,
  observed: forecast === null ? null : 0.05,
  interval: forecast === null ? null : { low: 0.035, high: 0.078 },
  difference: null,
  excludes_diagonal: null,
});

afterEach(() => vi.unstubAllGlobals());

describe("reliabilityPoints", () => {
  it("leaves out bins without windows, and gives the band as distances from the point", () => {
    const [point, ...others] = reliabilityPoints([bin(0.07, 420), bin(null, 0)]);

    expect(others).toEqual([]);
    expect(point).toMatchObject({ forecast: 0.07, observed: 0.05, cases: 420 });
    expect(point?.error[0]).toBeCloseTo(0.015, 12);
    expect(point?.error[1]).toBeCloseTo(0.028, 12);
  });
});

describe("ModelScreen", () => {
  it("asks for the stored account that the address names, and says when there is none", async () => {
    const asked = answerWith({
      "GET /api/v1/model/quality": refusal(404, "result_not_found", "There is no stored result 9."),
    });
    renderPage(<ModelScreen />, { at: "/model?result=9" });

    expect(await screen.findByText("There is no stored result 9.")).toBeVisible();
    expect(asked[0]?.query.get("result")).toBe("9");
    expect(screen.getByRole("button", { name: "Show the newest account" })).toBeVisible();
  });
});
