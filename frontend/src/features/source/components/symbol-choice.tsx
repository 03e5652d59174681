import { X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { sentenceOf } from "@/api/errors";
import { Checkbox } from "@/components/ui/checkbox";
import { FormField } from "@/components/ui/form-field";
import { Input } from "@/components/ui/input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Instrument, useInstruments } from "../api/market";

interface Props {
  chosen: readonly string[];
  most: number;
  onChange: (symbols: string[]) => void;
}

/** Up to so many symbols, found by searching; none chosen means all. */
export function SymbolChoice({ chosen, most, onChange }: Props) {
  const [search, setSearch] = useState("");
  const remove = (symbol: string) => onChange(chosen.filter((one) => one !== symbol));
  const toggle = (symbol: string, isChosen: boolean) => (isChosen ? onChange([...chosen, symbol]) : remove(symbol));
  return (
    <div className="grid gap-2">
      <FormField
        label="Symbols"
        hint={`${chosen.length || "None"} of at most ${most} chosen; without any, all are fed.`}
      >
        {(field) => (
          <Input
            {...field}
            type="search"
            value={search}
            placeholder="Search symbol or name"
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
      </FormField>
      {chosen.length > 0 && (
        <ul aria-label="Chosen symbols" className="flex flex-wrap gap-1.5">
          {chosen.map((symbol) => (
            <li key={symbol}>
              <button
                type="button"
                aria-label={`Remove ${symbol}`}
                onClick={() => remove(symbol)}
                className="flex h-6.5 items-center gap-1 rounded border bg-raised px-2 text-xs font-semibold hover:bg-hover"
              >
                {symbol} <X className="size-3 text-muted" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Found search={search} chosen={chosen} isFull={chosen.length >= most} onToggle={toggle} />
    </div>
  );
}

interface FoundProps {
  search: string;
  chosen: readonly string[];
  isFull: boolean;
  onToggle: (symbol: string, isChosen: boolean) => void;
}

function Found({ search, chosen, isFull, onToggle }: FoundProps) {
  const { data, error, isPending } = useInstruments(useDeferredValue(search.trim()));
  if (isPending) return <SkeletonRows rows={3} />;
  if (error) return <p className="text-high">{sentenceOf(error)}</p>;
  if (data.results.length === 0) return <p className="text-muted">No symbol that is traded here fits.</p>;
  return (
    <ul aria-label="Symbols found" className="grid max-h-56 gap-x-4 overflow-auto rounded-md border p-2 sm:grid-cols-2">
      {data.results.map((instrument) => {
        const isChosen = chosen.includes(instrument.symbol);
        return (
          <li key={instrument.symbol} className="py-1">
            <Checkbox
              label={labelOf(instrument)}
              isChecked={isChosen}
              isDisabled={isFull && !isChosen}
              onChange={(next) => onToggle(instrument.symbol, next)}
            />
          </li>
        );
      })}
    </ul>
  );
}

function labelOf({ symbol, name, exchange }: Instrument): string {
  return `${symbol} · ${name} · ${exchange}`;
}
