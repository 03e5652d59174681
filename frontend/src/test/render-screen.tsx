import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, render } from "@testing-library/react";
import { Tooltip } from "radix-ui";
import type { ReactElement } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { ScreenPaths } from "@/lib/screen";
import { StreamStore } from "@/stream/store";
import { StreamProvider } from "@/stream/stream";

configure({ asyncUtilTimeout: 5000 }); // a busy machine takes its time

interface Options {
  /** The address it is opened at, and the route's pattern. */
  at?: string;
  path?: string;
  paths?: readonly string[];
}

/** Draw a screen with everything that it finds around it in the application; the stream's flush is immediate. */
export function renderScreen(screen: ReactElement, { at = "/", path = "/", paths = [] }: Options = {}) {
  const store = new StreamStore((flush) => flush);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createMemoryRouter(
    [
      { path, element: screen },
      { path: "*", element: <p>Elsewhere</p> },
    ],
    {
      initialEntries: [at],
    },
  );
  const drawn = render(
    <QueryClientProvider client={queries}>
      <StreamProvider store={store}>
        <ScreenPaths value={new Set(paths)}>
          <Tooltip.Provider>
            <RouterProvider router={router} />
          </Tooltip.Provider>
        </ScreenPaths>
      </StreamProvider>
    </QueryClientProvider>,
  );
  return { ...drawn, store, router };
}
