import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Toaster } from "sonner";
import { describe, expect, it } from "vitest";
import { boot, setBoot } from "@/api/boot";
import { fakeApi } from "@/test/fake-api";
import { expectAccessible, renderPage } from "@/test/page";
import RulesScreen from "./rules-screen";

const RULES = "/api/v1/alerts/rules";
const common = {
  exchange: "",
  symbols: [],
  pending_seconds: 0,
  keep_seconds: 600,
  schedule: ["opening", "middle", "closing"],
};
const LIST = {
  version: 7,
  rules: [
    {
      ...common,
      key: "stale_feed",
      kind: "stale_feed",
      severity: "MEDIUM",
      enabled: true,
      enter: null,
      exit: null,
      window: "",
      is_built_in: true,
      meaning: "silence",
      unit: "seconds",
      rises: true,
      judged_where: "",
      settings: { stale_after_seconds: 60, stale_after_gaps: 3 },
      going: 0,
    },
    {
      ...common,
      key: "deep_drawdown",
      kind: "drawdown",
      severity: "MEDIUM",
      enabled: true,
      enter: 5,
      exit: 4,
      window: "session",
      is_built_in: false,
      meaning: "how far it fell",
      unit: "percent",
      rises: true,
      judged_where: "",
      settings: {},
      going: 2,
    },
  ],
};
const TRIAL = {
  alerts: 3,
  since: "2026-11-18T03:45:00Z",
  until: "2026-11-20T10:00:00Z",
  judged: 22500,
  per_day: [{ day: "2026-11-20", alerts: 3 }],
  per_symbol: [{ symbol: "TCS", alerts: 3 }],
  first: null,
  last: null,
  unknown_symbols: ["INFY"],
  precision: null,
  decided: 0,
  undecided: 0,
  not_covered: ["what happens within a minute"],
};

const asAdmin = () => {
  const capabilities = [...boot().user.capabilities, "config.write"];
  setBoot({ ...boot(), user: { ...boot().user, role: "admin", capabilities } });
};
const page = (at = "/alerts/rules") =>
  renderPage(
    <>
      <RulesScreen />
      <Toaster />
    </>,
    { at, paths: ["alerts", "alerts/rules"] },
  );

describe("RulesScreen", () => {
  it("shows the rules in words, and who may only read nothing to change", async () => {
    fakeApi({ [`GET ${RULES}`]: LIST });
    page();

    const row = await screen.findByRole("row", { name: /deep_drawdown/ });
    expect(within(row).getByText("from 5, ends beyond 4 % of the highest price (session)")).toBeVisible();
    expect(within(row).getByRole("link", { name: "2" })).toHaveAttribute(
      "href",
      "/alerts?status=all&rule=deep_drawdown",
    );
    expect(screen.queryByRole("switch")).toBeNull();
    expect(screen.queryByRole("button", { name: "New rule" })).toBeNull();
    await expectAccessible();
  });

  it("tries a rule on stored history before it is stored, without a reason", async () => {
    asAdmin();
    const asked = fakeApi({ [`GET ${RULES}`]: LIST, [`POST ${RULES}/dry-run`]: TRIAL });
    page("/alerts/rules?edit=deep_drawdown");

    const enter = await screen.findByLabelText("Opens from");
    await userEvent.clear(enter);
    await userEvent.type(enter, "4.5");
    await userEvent.click(screen.getByRole("button", { name: "Try on stored history" }));

    const result = await screen.findByRole("region", { name: "Dry run" });
    expect(within(result).getByText("It would have opened 3 alerts")).toBeVisible();
    expect(within(result).getByText("TCS")).toBeVisible();
    expect(within(result).getByText("what happens within a minute")).toBeVisible();
    const trial = asked.find((request) => request.url.endsWith("/dry-run"));
    expect(await trial?.clone().json()).toMatchObject({ key: "deep_drawdown", enter: 4.5, exit: 4, window: "session" });
    expect(asked.some((request) => request.method === "PUT")).toBe(false);
    await expectAccessible(screen.getByRole("dialog"));
  });

  it("stores a change based on the version that was shown, and says when another came between", async () => {
    asAdmin();
    const refusal = { code: "config_moved", detail: "Version 8 is in force." };
    const moved = () => Response.json(refusal, { status: 409 });
    const asked = fakeApi({ [`GET ${RULES}`]: LIST, [`PUT ${RULES}/deep_drawdown`]: moved });
    page("/alerts/rules?edit=deep_drawdown");

    await userEvent.type(await screen.findByLabelText("Reason"), "Too noisy");
    await userEvent.click(screen.getByRole("button", { name: "Store the change" }));

    expect(await screen.findByText(/Version 8 is in force/)).toBeVisible();
    const sent = asked.find((request) => request.method === "PUT");
    expect(await sent?.clone().json()).toMatchObject({ reason: "Too noisy", based_on: 7, enter: 5 });
  });

  it("puts the server's sentence where its field is", async () => {
    asAdmin();
    const fields = { enter: ["must lie in [0, 90], was 95.0"] };
    const refusal = { code: "invalid", detail: "The rule cannot be meant.", fields };
    fakeApi({ [`GET ${RULES}`]: LIST, [`POST ${RULES}/dry-run`]: () => Response.json(refusal, { status: 400 }) });
    page("/alerts/rules?edit=deep_drawdown");

    await userEvent.click(await screen.findByRole("button", { name: "Try on stored history" }));

    expect(await screen.findByText("must lie in [0, 90], was 95.0")).toBeVisible();
    expect(screen.getByLabelText("Opens from")).toHaveAttribute("aria-invalid", "true");
  });

  it("disables a rule only with a reason", async () => {
    asAdmin();
    const asked = fakeApi({ [`GET ${RULES}`]: LIST, [`POST ${RULES}/stale_feed/disable`]: { version: 8 } });
    page();

    const row = await screen.findByRole("row", { name: /stale_feed/ });
    await userEvent.click(within(row).getByRole("switch"));
    const dialog = await screen.findByRole("dialog", { name: "Disable stale_feed" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Disable" }));
    expect(await within(dialog).findByText("Say why.")).toBeVisible();
    await userEvent.type(within(dialog).getByLabelText("Reason"), "Maintenance");
    await userEvent.click(within(dialog).getByRole("button", { name: "Disable" }));

    expect(await screen.findByText("Rule stale_feed: disabled, its alerts end.")).toBeVisible();
    const sent = asked.find((request) => request.method === "POST");
    expect(await sent?.clone().json()).toEqual({ reason: "Maintenance", based_on: 7 });
  });
});
