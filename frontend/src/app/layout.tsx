import { useState } from "react";
import { ErrorBoundary } from "react-error-boundary";
import { Outlet, useLocation } from "react-router";
import { Problem } from "@/components/ui/problem";
import { AlertToasts } from "./alert-toasts";
import { CommandPalette } from "./command-palette";
import { FeedBanner } from "./feed-banner";
import { SessionDialog } from "./session-dialog";
import { ShortcutHelp } from "./shortcut-help";
import { Sidebar } from "./sidebar";
import { TopBar } from "./top-bar";
import { useAppShortcuts } from "./use-app-shortcuts";

export function Layout() {
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const { pathname } = useLocation();
  useAppShortcuts({ openPalette: () => setPaletteOpen(true), openHelp: () => setHelpOpen(true) });
  return (
    <div className="grid h-dvh grid-cols-[auto_minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">
        Skip to content
      </a>
      <Sidebar />
      <TopBar onSearch={() => setPaletteOpen(true)} onHelp={() => setHelpOpen(true)} />
      <main id="main" tabIndex={-1} className="min-h-0 overflow-auto outline-none">
        <FeedBanner />
        <ErrorBoundary
          resetKeys={[pathname]}
          fallbackRender={({ error, resetErrorBoundary }) => <Problem problem={error} onRetry={resetErrorBoundary} />}
        >
          <Outlet />
        </ErrorBoundary>
      </main>
      <CommandPalette isOpen={isPaletteOpen} onClose={() => setPaletteOpen(false)} />
      <ShortcutHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <SessionDialog />
      <AlertToasts />
    </div>
  );
}
