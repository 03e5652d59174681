import { type FormEvent, useId, useState } from "react";
import { boot } from "@/api/boot";
import { Input } from "@/components/ui/input";

interface Props {
  value: string;
  onChange: (symbol: string) => void;
}

/** One symbol, typed or picked; it counts once it names one, or is empty again. */
export function SymbolFilter({ value, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  const id = useId();
  const take = (text: string) => {
    setTyped(text);
    const symbol = text.trim().toUpperCase();
    if (symbol !== value && (symbol === "" || isKnown(symbol))) onChange(symbol);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(typed.trim().toUpperCase());
  };
  return (
    <form onSubmit={submit}>
      <Input
        type="search"
        aria-label="Symbol"
        placeholder="Any symbol"
        className="w-32"
        list={id}
        value={typed}
        onChange={(event) => take(event.target.value)}
      />
      <datalist id={id}>
        {boot().instruments.map(({ symbol, name }) => (
          <option key={symbol} value={symbol}>
            {name}
          </option>
        ))}
      </datalist>
    </form>
  );
}

function isKnown(symbol: string): boolean {
  return boot().instruments.some((instrument) => instrument.symbol === symbol);
}
