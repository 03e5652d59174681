import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { classes } from "@/lib/classes";
import { istDay, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Chain, Quote } from "../api/use-chain";
import { type StrikeRow, strikesNear } from "../smile";

const STRIKES = 15;

/** Calls left, puts right, around the forward: volatility and Greeks of long one option on one unit. */
export function GreeksTable({ chain }: { chain: Chain }) {
  const rows = strikesNear(chain.quotes, chain.forward, STRIKES);
  const note = `${rows.length} strikes nearest to the forward, expiry ${istDay(Date.parse(chain.expiry))}`;
  return (
    <Card aria-label="Greeks">
      <CardHeader title="Greeks" note={note} />
      <Table>
        <thead>
          <tr>
            <Th colSpan={5} scope="colgroup" className="text-center">
              Call
            </Th>
            <Td className="border-x bg-raised" />
            <Th colSpan={5} scope="colgroup" className="text-center">
              Put
            </Th>
          </tr>
          <tr>
            <Names side="Call" />
            <Th className="border-x text-center">Strike</Th>
            <Names side="Put" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Strike key={row.strike} row={row} />
          ))}
        </tbody>
      </Table>
      <p className="px-3 py-2 text-xs text-muted">
        IV in % a year; vega in ₹ for one point of volatility, theta in ₹ a calendar day. Where IV is missing, its
        reason stands in its place.
      </p>
    </Card>
  );
}

const NAMES = ["IV", "Delta", "Gamma", "Vega", "Theta"];

function Names({ side }: { side: string }) {
  return NAMES.map((name) => (
    <Th key={name} className="num px-2" aria-label={`${side} ${name}`}>
      {name}
    </Th>
  ));
}

function Strike({ row: { strike, call, put } }: { row: StrikeRow }) {
  const format = useFormat();
  return (
    <tr className="whitespace-nowrap hover:bg-raised">
      <Side quote={call} />
      <th scope="row" className="h-(--row) border-x border-b bg-raised px-2 text-center font-semibold">
        {format.number(strike, strike % 1 ? 2 : 0)}
      </th>
      <Side quote={put} />
    </tr>
  );
}

function Side({ quote }: { quote: Quote | undefined }) {
  const format = useFormat();
  const greeks = quote?.greeks;
  if (!quote || !greeks || quote.implied_volatility === null)
    return (
      <Td colSpan={NAMES.length} className="px-2 text-center text-xs text-muted">
        {quote?.reason ? words(quote.reason) : UNKNOWN}
      </Td>
    );
  const cells: [string, string][] = [
    ["IV", format.number(100 * quote.implied_volatility, 1)],
    ["Delta", format.signed(greeks.delta, 2)],
    ["Gamma", greeks.gamma === null ? UNKNOWN : greeks.gamma.toPrecision(2)],
    ["Vega", format.number(greeks.vega_per_point, 2)],
    ["Theta", format.signed(greeks.theta_per_day, 2)],
  ];
  return cells.map(([name, text]) => (
    <Td key={name} className={classes("num px-2", !quote.is_out_of_the_money && "text-muted")}>
      {text}
    </Td>
  ));
}
