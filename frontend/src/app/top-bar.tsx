import { CircleHelp, Pause, Play, Search } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { usePaused, useStream } from "@/stream/stream";
import { AlertBell } from "./alert-bell";
import { FeedPill } from "./feed-pill";
import { SessionClock } from "./session-clock";
import { UserMenu } from "./user-menu";

interface Props {
  onSearch: () => void;
  onHelp: () => void;
}

export function TopBar({ onSearch, onHelp }: Props) {
  return (
    <header className="flex h-12 items-center gap-2 border-b bg-surface px-3">
      <FeedPill />
      <SessionClock />
      <div className="ml-auto flex items-center gap-1">
        <Button look="outline" className="text-muted" onClick={onSearch}>
          <Search aria-hidden="true" />
          <span className="max-lg:sr-only">Search</span>
          <span className="max-xl:hidden">
            <Kbd keys="Ctrl K" />
          </span>
        </Button>
        <PauseButton />
        <AlertBell />
        <Button look="quiet" size="icon" aria-label="Show the keys that work here" onClick={onHelp}>
          <CircleHelp />
        </Button>
        <UserMenu />
      </div>
    </header>
  );
}

function PauseButton() {
  const isPaused = usePaused();
  const stream = useStream();
  return (
    <Button
      look="quiet"
      aria-pressed={isPaused}
      onClick={() => stream.setPaused(!isPaused)}
      className={isPaused ? "bg-medium/15 text-medium" : ""}
    >
      {isPaused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
      <span className="max-lg:sr-only">{isPaused ? "Paused" : "Pause"}</span>
    </Button>
  );
}
