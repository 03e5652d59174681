import { X } from "lucide-react";
import { useId } from "react";
import { boot } from "@/api/boot";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { EVENT_KINDS, type EventKind } from "@/stream/event-log";
import { isFiltered, LEAST } from "../filter";
import { useFeedFilter } from "../use-feed-filter";

export const KIND_WORDS: Record<EventKind, string> = {
  severity: "Severity",
  alert: "Alert",
  state: "State",
  config: "Configuration",
  connection: "Connection",
};

const LEAST_CHOICES = LEAST.map((value) => ({
  value,
  label: value === "all" ? "Any severity" : value === "CRITICAL" ? "CRITICAL" : `${value} and above`,
}));

export function FeedFilters() {
  const { filter, setKinds, setLeast, setSymbol } = useFeedFilter();
  const names = useId();
  const clear = () => {
    setKinds(EVENT_KINDS);
    setLeast("all");
    setSymbol("");
  };
  return (
    <div className="flex flex-wrap items-center gap-2 border-b px-3 py-2">
      <KindToggles kinds={filter.kinds} onChange={setKinds} />
      <Select label="Severity from" value={filter.least} choices={LEAST_CHOICES} onChange={setLeast} className="w-40" />
      <Input
        aria-label="Symbol"
        placeholder="Symbol"
        list={names}
        value={filter.symbol}
        onChange={(event) => setSymbol(event.target.value.trimStart())}
        className="w-36"
      />
      <datalist id={names}>
        {boot().instruments.map(({ symbol, name }) => (
          <option key={symbol} value={symbol}>
            {name}
          </option>
        ))}
      </datalist>
      {isFiltered(filter) && (
        <Button look="quiet" onClick={clear}>
          <X aria-hidden="true" /> Show everything
        </Button>
      )}
    </div>
  );
}

interface KindProps {
  kinds: readonly EventKind[];
  onChange: (kinds: readonly EventKind[]) => void;
}

/** Pressed: shown. The last one that is pressed stays so, an empty list says nothing. */
function KindToggles({ kinds, onChange }: KindProps) {
  const toggle = (kind: EventKind) => {
    const next = EVENT_KINDS.filter((one) => (one === kind ? !kinds.includes(one) : kinds.includes(one)));
    onChange(next.length ? next : EVENT_KINDS);
  };
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">Kinds of events</legend>
      {EVENT_KINDS.map((kind) => (
        <Button
          key={kind}
          size="small"
          aria-pressed={kinds.includes(kind)}
          onClick={() => toggle(kind)}
          className="aria-[pressed=false]:text-muted aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent aria-[pressed=false]:border-line aria-[pressed=false]:bg-surface"
        >
          {KIND_WORDS[kind]}
        </Button>
      ))}
    </fieldset>
  );
}
