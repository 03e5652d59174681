import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { Application, makeQueries, makeStore } from "./page";

interface Options {
  /** The address it is opened at, and the route's pattern. */
  at?: string;
  path?: string;
  paths?: readonly string[];
}

/** Draw a screen at its route, with everything around it; whatever else one goes to says "Elsewhere". */
export function renderScreen(screen: ReactElement, { at = "/", path = "/", paths = [] }: Options = {}) {
  const store = makeStore();
  const routes = [
    { path, element: screen },
    { path: "*", element: <p>Elsewhere</p> },
  ];
  const router = createMemoryRouter(routes, { initialEntries: [at] });
  const drawn = render(
    <Application store={store} queries={makeQueries()} paths={paths}>
      <RouterProvider router={router} />
    </Application>,
  );
  return { ...drawn, store, router };
}
