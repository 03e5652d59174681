import { ListPlus } from "lucide-react";
import { useState } from "react";
import { boot } from "@/api/boot";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";

interface Props {
  chosen: readonly string[];
  most: number;
  onChange: (symbols: string[]) => void;
}

/** Which symbols have a line of their own. */
export function SymbolPicker({ chosen, most, onChange }: Props) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = boot().instruments.filter(({ symbol, name }) => `${symbol} ${name}`.toLowerCase().includes(wanted));
  const trigger = (
    <Button look="quiet" size="small">
      <ListPlus aria-hidden="true" /> Symbols {chosen.length > 0 && `(${chosen.length})`}
    </Button>
  );
  return (
    <Popover trigger={trigger} label="Symbols with a line of their own">
      <Input
        type="search"
        aria-label="Search symbol or name"
        placeholder="Search symbol or name"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <p className="mt-1 text-xs text-muted">
        {chosen.length} of at most {most}
      </p>
      <ul className="mt-1 grid max-h-64 gap-1.5 overflow-auto py-1">
        {found.map(({ symbol, name }) => {
          const isChosen = chosen.includes(symbol);
          return (
            <li key={symbol}>
              <Checkbox
                label={`${symbol} · ${name}`}
                isChecked={isChosen}
                isDisabled={!isChosen && chosen.length >= most}
                onChange={(next) => onChange(next ? [...chosen, symbol] : chosen.filter((one) => one !== symbol))}
              />
            </li>
          );
        })}
      </ul>
      {found.length === 0 && <p className="py-2 text-muted">No symbol fits.</p>}
    </Popover>
  );
}
