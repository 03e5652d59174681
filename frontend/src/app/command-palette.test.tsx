import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { fakeApi } from "@/test/fake-api";
import { renderScreen } from "@/test/render-screen";
import { CommandPalette } from "./command-palette";

const FOUND = {
  symbol: "RELIANCE",
  name: "Reliance Industries",
  exchange: "NSE",
  kind: "share",
  aliases: ["RIL"],
  active: true,
  has_chain: false,
  last: { price: 1443.5, change_percent: 0.4, tick_time: "2026-11-20T05:00:00Z", run: 1, source: "simulated" },
};

function open() {
  const onClose = vi.fn();
  const drawn = renderScreen(<CommandPalette isOpen onClose={onClose} />, { paths: ["symbols/:symbol"] });
  return { ...drawn, onClose, box: screen.getByRole("combobox") };
}

describe("searching symbols", () => {
  it("shows the symbols of the page before anything is typed, and asks nobody", () => {
    const asked = fakeApi({});
    open();

    expect(screen.getByRole("option", { name: "M&M Mahindra & Mahindra" })).toBeInTheDocument();
    expect(asked).toEqual([]);
  });

  it("shows what the server finds, also by an alias, and goes to its page", async () => {
    const asked = fakeApi({ "GET /api/v1/instruments": { results: [FOUND], next: null, previous: null } });
    const { box, router, onClose } = open();

    await userEvent.type(box, "RIL");
    await userEvent.click(await screen.findByRole("option", { name: /RELIANCE.*NSE.*1,443.50/ }));

    expect(asked.map((request) => new URL(request.url).searchParams.get("search")).at(-1)).toBe("RIL");
    expect(onClose).toHaveBeenCalled();
    await waitFor(() => expect(router.state.location.pathname).toBe("/symbols/RELIANCE"));
  });

  it("says when the search fails", async () => {
    fakeApi({});
    const { box } = open();

    await userEvent.type(box, "R");

    expect(await screen.findByRole("option", { name: /There is no such thing. Try again/ })).toBeInTheDocument();
  });
});
