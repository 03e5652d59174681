import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setBoot } from "@/api/boot";
import { changeSettings, DEFAULTS } from "@/lib/settings";
import { answerWith, refusal } from "@/test/answers";
import { BOOT } from "@/test/fixtures";
import { expectAccessible, renderPage } from "@/test/page";
import type { Channel } from "./api/notifications";
import { deliveryWords } from "./channel-kinds";
import { changesOf, draftOf } from "./preference-draft";
import SettingsScreen from "./settings-screen";

const PREFERENCES = {
  symbols: ["NIFTY"],
  tells_endings: true,
  quiet_from: "22:00:00",
  quiet_to: null,
  quiet_phases: ["closed"],
  quiet_holds_critical: false,
};
const CHANNEL: Channel = {
  id: 5,
  kind: "webhook",
  name: "Pager",
  address: "https://pager.example/hook",
  minimum_severity: "HIGH",
  is_enabled: true,
  is_shared: false,
  created_at: "2026-01-30T09:00:00.000Z",
  last_delivery: { state: "dead", last_error: "404" },
};
const ANSWERS = {
  "GET /api/v1/notifications/preferences": PREFERENCES,
  "GET /api/v1/notifications/channels": { results: [CHANNEL], next: null },
  "GET /api/v1/auth/sessions": { results: [], next: null },
};
const region = (name: string) => within(screen.getByRole("region", { name }));
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });

afterEach(() => {
  vi.unstubAllGlobals();
  changeSettings(DEFAULTS);
});

describe("preferences", () => {
  it("turn an empty time into none, and text into symbols", () => {
    const draft = { ...draftOf(PREFERENCES), symbols: "nifty,  m&m ", quietFrom: "" };

    expect(draftOf(PREFERENCES).quietFrom).toBe("22:00");
    expect(changesOf(draft)).toMatchObject({ symbols: ["NIFTY", "M&M"], quiet_from: null, quiet_phases: ["closed"] });
  });

  it("say of a channel what became of its last message", () => {
    expect(deliveryWords(null)).toBe("Nothing sent yet");
    expect(deliveryWords(CHANNEL.last_delivery)).toBe("Last message: dead, 404");
  });
});

describe("SettingsScreen", () => {
  it("shows a choice of appearance at once", async () => {
    answerWith(ANSWERS);
    renderPage(<SettingsScreen />);

    fireEvent.click(screen.getByRole("radio", { name: "Light" }));
    expect(document.documentElement).toHaveClass("light");
    fireEvent.click(screen.getByRole("radio", { name: "Million, billion" }));
    expect(screen.getByText("1,234,567.89 · ₹ 12.50 m")).toBeInTheDocument();
    expect(await screen.findByRole("listitem", { name: "Pager" })).toBeVisible();
    await expectAccessible();
  });

  it("changes a password, and puts the server's refusal beside its field", async () => {
    const fields = { new_password: ["This password is too common."] };
    const asked = answerWith({
      ...ANSWERS,
      "POST /api/v1/auth/password": refusal(400, "invalid", "Something is wrong.", fields),
    });
    renderPage(<SettingsScreen />);

    type("Current password", "old");
    type("New password", "password");
    type("New password again", "passwort");
    expect(screen.getByText("It differs from the new password.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Change the password" })).toBeDisabled();
    type("New password again", "password");
    fireEvent.click(screen.getByRole("button", { name: "Change the password" }));

    expect(await screen.findByText("This password is too common.")).toBeVisible();
    const sent = asked.find(({ method }) => method === "POST")?.body;
    expect(sent).toEqual({ current_password: "old", new_password: "password" });
  });

  it("shows a new signing secret once, and says why a test cannot go", async () => {
    answerWith({
      ...ANSWERS,
      "POST /api/v1/notifications/channels/5/secret": { ...CHANNEL, secret: "s3cret" },
      "POST /api/v1/notifications/channels/5/test": refusal(429, "throttled", "Once a minute."),
    });
    renderPage(<SettingsScreen />);
    const pager = within(await screen.findByRole("listitem", { name: "Pager" }));

    fireEvent.click(pager.getByRole("button", { name: "Send a test" }));
    expect(await pager.findByText("Once a minute.")).toBeVisible();
    fireEvent.click(pager.getByRole("button", { name: "New secret" }));
    expect(await screen.findByText("s3cret")).toBeVisible();
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByText("s3cret")).toBeNull());
  });

  it("offers channels only to who handles alerts", async () => {
    setBoot({ ...BOOT, user: { ...BOOT.user, role: "viewer", capabilities: ["risk.read", "alerts.read"] } });
    answerWith(ANSWERS);
    renderPage(<SettingsScreen />);

    expect(await region("Notifications").findByLabelText("Symbols")).toHaveValue("NIFTY");
    expect(screen.queryByRole("region", { name: "Channels" })).toBeNull();
  });
});
