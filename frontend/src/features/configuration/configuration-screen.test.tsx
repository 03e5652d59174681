import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Asked, answerWith, refusal } from "@/test/answers";
import { expectAccessible, renderPage } from "@/test/page";
import type { Config, Setting } from "./api/config";
import ConfigurationScreen from "./configuration-screen";
import { changedParts, changesOf, grouped } from "./draft";

const number = (name: string): Setting => ({
  name,
  meaning: "a score from here on is HIGH",
  unit: "probability",
  least: 0.01,
  most: 0.99,
  choices: null,
});
const SETTINGS: Setting[] = [
  number("high_threshold"),
  number("something_new"),
  { name: "alert_from", meaning: "alerts open from it", unit: null, least: null, most: null, choices: ["LOW", "HIGH"] },
];
const CONFIG: Config = {
  version: 3,
  values: { high_threshold: 0.8, something_new: 1, alert_from: "LOW" },
  changes: [{ name: "high_threshold", before: 0.75, after: 0.8 }],
  reason: "fewer alarms",
  rolled_back_to: null,
  author: "ravi",
  created_at: "2026-01-30T09:00:00.000Z",
  adopted: [{ partition: 0, run: 7, version: 2, adopted_at: "2026-01-30T08:00:00.000Z" }],
  settings: SETTINGS,
};
const OLDER = { ...CONFIG, version: 2, reason: "before", changes: [] };
const VALID = { valid: true, problems: [], based_on: 3, values: {} };
const EFFECT = {
  sentence: "HIGH +14, MEDIUM −3",
  records: 20000,
  since: null,
  until: null,
  changes: [],
  severities: { HIGH: { before: 3, after: 17, difference: 14 } },
  alerts: { before: 2, after: 1, difference: -1 },
  not_covered: ["horizon_minutes"],
};

function show(answers: Record<string, unknown> = {}): Asked[] {
  const asked = answerWith({
    "GET /api/v1/config": CONFIG,
    "GET /api/v1/config/history": { results: [CONFIG, OLDER], next: null },
    "GET /api/v1/config/validate": VALID,
    "POST /api/v1/config/dry-run": EFFECT,
    ...answers,
  });
  renderPage(<ConfigurationScreen />);
  return asked;
}
const type = async (label: string, value: string) =>
  fireEvent.change(await screen.findByLabelText(label), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const enabled = (name: string) => waitFor(() => expect(screen.getByRole("button", { name })).toBeEnabled());

afterEach(() => vi.unstubAllGlobals());

describe("a draft", () => {
  it("holds only what differs, numbers as numbers and other text as it is", () => {
    const draft = { high_threshold: " 0.80 ", something_new: "two", alert_from: "HIGH" };

    expect(changesOf(draft, CONFIG.values as Record<string, unknown>, SETTINGS)).toEqual({
      something_new: "two",
      alert_from: "HIGH",
    });
  });

  it("shows a setting that no group knows", () => {
    expect(grouped(SETTINGS).map(([group]) => group)).toEqual(["Thresholds", "Alerts", "Others"]);
  });

  it("names of a changed rule only what differs", () => {
    expect(changedParts({ on: true, level: 1 }, { on: false, level: 1 })).toEqual(["on: true → false"]);
    expect(changedParts(0.75, 0.8)).toEqual(["0.75 → 0.8"]);
  });
});

describe("ConfigurationScreen", () => {
  it("shows meanings, limits, the history's differences and a partition that lags behind", async () => {
    show();

    expect((await screen.findAllByText(/A score from here on is HIGH. 0.01 to 0.99 probability/))[0]).toBeVisible();
    expect(await screen.findByText("0.75 → 0.8")).toBeVisible();
    expect(within(screen.getByRole("region", { name: "In force" })).getByRole("cell", { name: "2" })).toHaveClass(
      "text-high",
    );
    expect(screen.queryByRole("button", { name: /to version 3/ })).toBeNull();
    await expectAccessible();
  });

  it("says what is wrong beside the field and lets nothing be stored", async () => {
    const problems = [{ name: "high_threshold", sentence: "must lie in [0.01, 0.99] probability, was 2" }];
    show({ "GET /api/v1/config/validate": { ...VALID, valid: false, problems } });

    await type("High threshold", "2");

    expect(await screen.findByText(/must lie in/)).toBeVisible();
    await type("Reason", "just because");
    expect(screen.getByRole("button", { name: "Store as a new version" })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Dry run" })).toBeDisabled();
  });

  it("tries a draft, then stores it with its reason and the version that it was begun from", async () => {
    const asked = show({ "PUT /api/v1/config": { ...CONFIG, version: 4 } });

    await type("High threshold", "0.7");
    await enabled("Dry run");
    press("Dry run");
    expect(await screen.findByText("HIGH +14, MEDIUM −3")).toBeVisible();
    expect(screen.getByText(/cannot show the effect of Horizon minutes/)).toBeVisible();
    await expectAccessible();
    await type("Reason", "more alarms");
    press("Store as a new version");

    await waitFor(() =>
      expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
        values: { high_threshold: 0.7 },
        reason: "more alarms",
        based_on: 3,
      }),
    );
    await waitFor(() => expect(screen.queryByRole("region", { name: "The draft" })).toBeNull());
  });

  it("says who was faster, and stores on top only when told to", async () => {
    let stored = CONFIG;
    const asked = show({
      "GET /api/v1/config": () => stored,
      "PUT /api/v1/config": () => {
        stored = { ...CONFIG, version: 4, author: "meera", reason: "results day" };
        return refusal(409, "config_moved", "The configuration is at version 4 by now, not 3: look at it again.");
      },
    });
    await type("High threshold", "0.7");
    await type("Reason", "more alarms");
    await enabled("Store as a new version");
    press("Store as a new version");

    expect(await screen.findByText(/meera stored version 4 meanwhile/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Store as a new version" })).toBeDisabled();
    press("Keep my changes on top of version 4");
    await enabled("Store as a new version");
    press("Store as a new version");

    await waitFor(() => expect(asked.filter(({ method }) => method === "PUT")).toHaveLength(2));
    expect(asked.filter(({ method }) => method === "PUT")[1]?.body).toMatchObject({ based_on: 4 });
  });

  it("rolls back with a reason", async () => {
    const asked = show({ "POST /api/v1/config/rollback": { ...CONFIG, version: 4 } });

    fireEvent.click(await screen.findByRole("button", { name: "Roll back to version 2" }));
    await type("Reason for rolling back", "it was better");
    fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Roll back" }));

    await waitFor(() =>
      expect(asked.find(({ path }) => path.endsWith("/rollback"))?.body).toEqual({
        version: 2,
        reason: "it was better",
      }),
    );
  });
});
