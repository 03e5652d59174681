import { readFileSync } from "node:fs";
import { screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answerWith } from "@/test/answers";
import { expectAccessible, renderPage } from "@/test/page";
import AboutScreen from "./about-screen";
import { buildOf } from "./build";
import { licensed } from "./licences";

afterEach(() => vi.unstubAllGlobals());

describe("licences", () => {
  it.each(licensed())("says of $name what the package says of itself", ({ name, version, licence }) => {
    const own = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));

    expect({ version: own.version, licence: own.license }).toEqual({ version, licence });
  });
});

describe("buildOf", () => {
  it("reads the hash from the name of the page's script, and says that there is none", () => {
    const page = document.createElement("div");
    expect(buildOf(page)).toBeNull();

    page.innerHTML = '<script src="/static/app/assets/main-BGV9SvNz.js"></script>';
    expect(buildOf(page)).toBe("BGV9SvNz");
  });
});

describe("AboutScreen", () => {
  it("states thresholds in force, the model's version and the charts' author", async () => {
    answerWith({
      "GET /api/v1/model/quality": {
        model_in_force: "2026-11-23.2",
        model_version: "2026-11-23.2",
        engine_version: "2",
      },
      "GET /api/v1/market/status": { exchanges: [] },
    });
    renderPage(<AboutScreen />);

    expect(await screen.findByText("2026-11-23.2, engine 2")).toBeVisible();
    const thresholds = within(screen.getByRole("list", { name: "Thresholds in force" })).getAllByRole("listitem");
    expect(thresholds.map((item) => item.textContent)).toEqual([
      "LOWfrom 0.30",
      "MEDIUMfrom 0.50",
      "HIGHfrom 0.80",
      "CRITICALfrom 0.90",
    ]);
    expect(screen.getByRole("link", { name: "TradingView" })).toHaveAttribute("href", "https://www.tradingview.com/");
    await expectAccessible();
  });
});
