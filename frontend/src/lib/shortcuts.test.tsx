import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { activeShortcuts, listenForShortcuts, type Shortcut, useShortcuts } from "./shortcuts";

function Keys({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  useShortcuts(shortcuts);
  return <input aria-label="Note" />;
}

describe("shortcuts", () => {
  let stop: () => void;
  beforeEach(() => {
    stop = listenForShortcuts();
  });
  afterEach(() => stop());

  it("act on one key and on two after one another", async () => {
    const [pause, jump] = [vi.fn(), vi.fn()];
    render(
      <Keys
        shortcuts={[
          { keys: "p", label: "", act: pause },
          { keys: "g d", label: "", act: jump },
        ]}
      />,
    );

    await userEvent.keyboard("pgd");

    expect(pause).toHaveBeenCalledOnce();
    expect(jump).toHaveBeenCalledOnce();
  });

  it("do nothing while somebody types, except with Ctrl", async () => {
    const [pause, search] = [vi.fn(), vi.fn()];
    const page = render(
      <Keys
        shortcuts={[
          { keys: "p", label: "", act: pause },
          { keys: "ctrl+k", label: "", act: search },
        ]}
      />,
    );

    await userEvent.type(page.getByLabelText("Note"), "p");
    await userEvent.keyboard("{Control>}k{/Control}");

    expect(pause).not.toHaveBeenCalled();
    expect(search).toHaveBeenCalledOnce();
  });

  it("end with the component that brought them", async () => {
    const pause = vi.fn();
    const page = render(<Keys shortcuts={[{ keys: "p", label: "", act: pause }]} />);

    page.unmount();
    await userEvent.keyboard("p");

    expect(pause).not.toHaveBeenCalled();
    expect(activeShortcuts()).toEqual([]);
  });
});
