import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { boot, setBoot } from "@/api/boot";
import { fakeApi } from "@/test/fake-api";
import { expectAccessible, renderPage } from "@/test/page";
import SilencesScreen from "./silences-screen";

const SILENCES = "/api/v1/alerts/silences";
const ACTIVE = {
  id: 12,
  state: "active",
  symbols: ["TCS"],
  exchanges: [],
  rules: ["score"],
  max_severity: "HIGH",
  reason: "results day",
  author: "ravi",
  starts_at: "2026-11-20T05:00:00Z",
  ends_at: "2026-11-20T10:00:00Z",
  ended_at: null,
  ended_by: "",
  created_at: "2026-11-20T05:00:00Z",
};
const LIST = { results: [ACTIVE], next: null };

const page = (at = "/alerts/silences") => renderPage(<SilencesScreen />, { at, paths: ["alerts", "alerts/silences"] });

describe("SilencesScreen", () => {
  it("shows what is silenced, why and until when, and asks for the state in the address", async () => {
    const asked = fakeApi({ [`GET ${SILENCES}`]: LIST });
    page("/alerts/silences?state=pending");

    expect(await screen.findByRole("rowheader", { name: "TCS · score" })).toBeVisible();
    expect(screen.getByText("20 Nov, 15:30")).toBeVisible();
    expect(new URL(asked[0]!.url).searchParams.get("state")).toBe("pending");
    await expectAccessible();
  });

  it("silences what is named, and CRITICAL is not an analyst's to silence", async () => {
    const rules = { version: 3, rules: [{ key: "score" }, { key: "odd_volume" }] };
    const asked = fakeApi({
      [`GET ${SILENCES}`]: LIST,
      [`POST ${SILENCES}`]: ACTIVE,
      "GET /api/v1/alerts/rules": rules,
    });
    page();
    await userEvent.click(await screen.findByRole("button", { name: "New silence" }));
    const sheet = await screen.findByRole("dialog", { name: "New silence" });

    await userEvent.click(within(sheet).getByRole("button", { name: "Silence" }));
    expect(await within(sheet).findByText("Say why.")).toBeVisible();
    await userEvent.click(within(sheet).getByRole("combobox", { name: "Up to severity" }));
    expect(screen.queryByRole("option", { name: "CRITICAL" })).toBeNull();
    await userEvent.click(screen.getByRole("option", { name: "MEDIUM" }));
    await userEvent.type(within(sheet).getByLabelText("Symbols"), "nifty");
    await userEvent.click(await within(sheet).findByRole("checkbox", { name: "Odd volume" }));
    await userEvent.type(within(sheet).getByLabelText("Reason"), "results day");
    await expectAccessible(sheet);
    await userEvent.click(within(sheet).getByRole("button", { name: "Silence" }));

    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const sent = await asked
      .find((request) => request.method === "POST")
      ?.clone()
      .json();
    expect(sent).toMatchObject({
      symbols: ["NIFTY"],
      rules: ["odd_volume"],
      max_severity: "MEDIUM",
      reason: "results day",
    });
  });

  it("ends one early, and says so when it was over already", async () => {
    const refusal = { code: "silence_over", detail: "Silence 12 is over already, ended by asha." };
    const over = () => Response.json(refusal, { status: 409 });
    fakeApi({ [`GET ${SILENCES}`]: LIST, [`POST ${SILENCES}/12/end`]: over });
    page();

    await userEvent.click(await screen.findByRole("button", { name: "End silence 12 now" }));
    await userEvent.click(await screen.findByRole("button", { name: "End it now" }));

    expect(await screen.findByText("Silence 12 is over already, ended by asha.")).toBeVisible();
  });

  it("lets a viewer look only", async () => {
    setBoot({ ...boot(), user: { username: "vik", role: "viewer", capabilities: ["alerts.read"] } });
    fakeApi({ [`GET ${SILENCES}`]: LIST });
    page();

    await screen.findByRole("rowheader", { name: "TCS · score" });
    expect(screen.queryByRole("button", { name: /silence/i })).toBeNull();
  });
});
