import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { boot, setBoot } from "@/api/boot";
import { fakeApi } from "@/test/fake-api";
import { expectAccessible, renderPage } from "@/test/page";
import { AlertBell } from "./alert-bell";

const NOTICES = "/api/v1/notifications";
const notice = (id: number, readAt: string | null) => ({
  id,
  event: "opened",
  severity: "HIGH",
  symbol: "NIFTY",
  text: `HIGH NIFTY: opened. Alert ${id}.`,
  alert_id: id,
  created_at: "2026-11-20T05:00:00Z",
  read_at: readAt,
});

// Reading marks: the second answer knows what the first did not.
function serve() {
  const notices = [notice(21, null), notice(20, null), notice(9, "2026-11-20T06:00:00Z")];
  return fakeApi({
    [`GET ${NOTICES}`]: ({ url }: Request) => {
      const isUnread = new URL(url).searchParams.get("unread") === "true";
      return Response.json({ results: notices.filter((one) => !isUnread || one.read_at === null), next: null });
    },
    [`POST ${NOTICES}/read`]: async (request: Request) => {
      const { ids } = (await request.clone().json()) as { ids?: number[] };
      for (const one of notices) if (!ids || ids.includes(one.id)) one.read_at = "2026-11-20T07:00:00Z";
      return Response.json({ marked: 1 });
    },
  });
}

describe("AlertBell", () => {
  it("counts what is unread, leads to the alert and marks it as read by that", async () => {
    serve();
    renderPage(<AlertBell />, { paths: ["alerts"] });

    await userEvent.click(await screen.findByRole("button", { name: "Notifications: 2 unread" }));
    const link = await screen.findByRole("link", { name: /Alert 21/ });
    expect(link).toHaveAttribute("href", "/alerts/21");
    await expectAccessible();
    await userEvent.click(link);

    expect(await screen.findByRole("button", { name: "Notifications: 1 unread" })).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("marks all as read, and keeps them in sight under All", async () => {
    serve();
    renderPage(<AlertBell />, { paths: ["alerts"] });
    await userEvent.click(await screen.findByRole("button", { name: "Notifications: 2 unread" }));

    await userEvent.click(await screen.findByRole("button", { name: "Mark all as read" }));
    expect(await screen.findByText("Everything is read")).toBeVisible();
    await userEvent.click(screen.getByRole("radio", { name: "All" }));

    await waitFor(() => expect(within(screen.getByRole("dialog")).getAllByRole("link")).toHaveLength(3));
  });

  it("says that it could not be read, with a way to try again", async () => {
    fakeApi({});
    renderPage(<AlertBell />, { paths: ["alerts"] });
    await userEvent.click(await screen.findByRole("button", { name: /Notifications/ }));

    expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
  });

  it("has no inbox for who is told of nothing: the open alerts alone", async () => {
    setBoot({ ...boot(), user: { username: "vik", role: "viewer", capabilities: ["alerts.read"] } });
    const asked = serve();
    renderPage(<AlertBell />, { paths: ["alerts"] });
    await userEvent.click(await screen.findByRole("button", { name: "Alerts: 0 open" }));

    expect(await screen.findByText("No open alert goes on")).toBeVisible();
    expect(asked).toEqual([]);
  });
});
