import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useDeferredValue } from "react";
import { boot } from "@/api/boot";
import { api, read } from "@/api/client";
import { sentenceOf } from "@/api/errors";
import { Badge } from "@/components/ui/badge";
import { UNKNOWN, useFormat } from "@/lib/format";
import { PaletteGroup, PaletteItem } from "./palette-parts";

const MOST = 20;

interface Props {
  typed: string;
  onChoose: (symbol: string) => void;
}

/** Before anything is typed the symbols of the page; then whatever the server finds by symbol, name or alias. */
export function SymbolChoices({ typed, onChoose }: Props) {
  const asked = useDeferredValue(typed);
  const found = useQuery({
    queryKey: ["risk", "instruments", asked],
    queryFn: ({ signal }) => search(asked, signal),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  if (typed === "")
    return (
      <PaletteGroup heading="Symbols">
        {boot().instruments.map(({ symbol, name }) => (
          <PaletteItem key={symbol} value={`symbol ${symbol}`} keywords={[name]} onSelect={() => onChoose(symbol)}>
            <b>{symbol}</b> <span className="text-muted">{name}</span>
          </PaletteItem>
        ))}
      </PaletteGroup>
    );
  return (
    <PaletteGroup heading="Symbols">
      {found.isPending && <Command.Loading className="px-3 py-2 text-muted">Searching…</Command.Loading>}
      {found.isError && (
        <PaletteItem value={`again ${typed}`} onSelect={() => void found.refetch()}>
          {sentenceOf(found.error)} Try again
        </PaletteItem>
      )}
      {found.data?.map((one) => (
        // The server has chosen: what was typed is a keyword, or the palette would sort out what an alias found.
        <PaletteItem
          key={one.symbol}
          value={`symbol ${one.symbol}`}
          keywords={[one.name, typed]}
          onSelect={() => onChoose(one.symbol)}
        >
          <b>{one.symbol}</b> <span className="truncate text-muted">{one.name}</span>
          <Facts instrument={one} />
        </PaletteItem>
      ))}
    </PaletteGroup>
  );
}

type Found = Awaited<ReturnType<typeof search>>[number];

function Facts({ instrument: { exchange, active, last } }: { instrument: Found }) {
  const format = useFormat();
  return (
    <span className="ml-auto flex items-center gap-2 text-xs whitespace-nowrap text-muted">
      {!active && <Badge>Not followed</Badge>}
      <span>{exchange}</span>
      <span className="min-w-20 text-right">{last ? `₹ ${format.price(last.price)}` : UNKNOWN}</span>
    </span>
  );
}

async function search(text: string, signal: AbortSignal) {
  const query = { search: text.slice(0, 64), page_size: MOST };
  return (await read(api.GET("/api/v1/instruments", { params: { query }, signal }))).results;
}
