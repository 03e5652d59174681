import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { may } from "@/api/boot";
import { Empty } from "@/components/ui/empty";
import type { ScreenDefinition } from "@/lib/screen";
import { Layout } from "./layout";
import { NotFound } from "./not-found";
import { ScreenFailure } from "./screen-failure";
import { ScreenSkeleton } from "./screen-skeleton";
import { allowedScreens, SCREENS } from "./screens";

export function makeRouter() {
  const first = allowedScreens().find((screen) => !screen.isHidden);
  const children: RouteObject[] = [
    { index: true, element: first ? <Navigate to={`/${first.path}`} replace /> : <NotFound /> },
    ...SCREENS.map(route),
    { path: "*", element: <NotFound /> },
  ];
  return createBrowserRouter(
    [{ element: <Layout />, errorElement: <ScreenFailure />, HydrateFallback: ScreenSkeleton, children }],
    { basename: "/app" },
  );
}

function route(screen: ScreenDefinition): RouteObject {
  const base = { path: screen.path, errorElement: <ScreenFailure /> };
  if (!may(screen.capability)) return { ...base, element: <Empty title="Your role may not see this screen." /> };
  return { ...base, lazy: async () => ({ Component: (await screen.load()).default }) };
}
