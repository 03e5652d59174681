import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Tooltip } from "radix-ui";
import { type ReactNode, useEffect } from "react";
import { session } from "@/api/session";
import { ScreenPaths } from "@/lib/screen";
import { listenForShortcuts } from "@/lib/shortcuts";
import type { StreamStore } from "@/stream/store";
import { StreamProvider, useConnection } from "@/stream/stream";
import { AlertReader } from "./alert-reader";
import { allowedScreens } from "./screens";

interface Props {
  store: StreamStore;
  queries: QueryClient;
  children: ReactNode;
}

const paths: ReadonlySet<string> = new Set(allowedPaths());

function allowedPaths(): string[] {
  return allowedScreens().map((screen) => screen.path);
}

export function Providers({ store, queries, children }: Props) {
  useEffect(() => store.start(), [store]);
  useEffect(listenForShortcuts, []);
  useEffect(
    () =>
      session.onReturn(() => {
        store.reconnect();
        void queries.invalidateQueries();
      }),
    [store, queries],
  );
  return (
    <QueryClientProvider client={queries}>
      <StreamProvider store={store}>
        <ScreenPaths value={paths}>
          <Tooltip.Provider delayDuration={300}>
            <AlertReader />
            <SignedOutByStream />
            {children}
          </Tooltip.Provider>
        </ScreenPaths>
      </StreamProvider>
    </QueryClientProvider>
  );
}

/** The stream is the first to know when somebody was signed out elsewhere. */
function SignedOutByStream() {
  const { connection } = useConnection();
  const isOut = connection.kind === "ended" && connection.why === "signed-out";
  useEffect(() => {
    if (isOut) session.expire();
  }, [isOut]);
  return null;
}
