import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import axe from "axe-core";
import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { expect } from "vitest";
import { ScreenPaths } from "@/lib/screen";
import { StreamStore } from "@/stream/store";
import { StreamProvider } from "@/stream/stream";

interface Options {
  at?: string;
  /** Screens that exist besides the one under test. */
  paths?: readonly string[];
  store?: StreamStore;
}

/** A store that tells its listeners at once, without any socket: speak to it with `store.hear(frame)` inside `act`. */
export function makeStore(): StreamStore {
  return new StreamStore((flush) => flush);
}

interface Around {
  store: StreamStore;
  queries: QueryClient;
  paths: readonly string[];
  children: ReactNode;
}

/** What every screen finds around it in the application, but for its router. */
export function Application({ store, queries, paths, children }: Around) {
  return (
    <QueryClientProvider client={queries}>
      <StreamProvider store={store}>
        <ScreenPaths value={new Set(paths)}>
          <Tooltip.Provider>{children}</Tooltip.Provider>
        </ScreenPaths>
      </StreamProvider>
    </QueryClientProvider>
  );
}

export const makeQueries = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

/** Render something as it stands in the page, with its stream, its queries and its address. */
export function renderPage(element: ReactNode, { at = "/", paths = [], store = makeStore() }: Options = {}) {
  const queries = makeQueries();
  const page = render(
    <MemoryRouter initialEntries={[at]}>
      <Application store={store} queries={queries} paths={paths}>
        {element}
      </Application>
    </MemoryRouter>,
  );
  return { ...page, store, queries };
}

/** Expect no finding of axe in what is on the page. Contrast needs layout: the end-to-end tests look at it. */
export async function expectAccessible(container: Element = document.body): Promise<void> {
  const { violations } = await axe.run(container, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
