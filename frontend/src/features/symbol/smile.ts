import type { Quote } from "./api/use-chain";

export interface SmilePoint {
  strike: number;
  /** In percent per year. */
  volatility: number;
  side: "call" | "put";
}

/** The quotes that make the smile: out of the money, with a volatility; by strike. */
export function smileOf(quotes: readonly Quote[]): SmilePoint[] {
  return quotes
    .flatMap(({ strike, implied_volatility, is_out_of_the_money, option_type }) =>
      is_out_of_the_money && implied_volatility !== null
        ? [{ strike, volatility: 100 * implied_volatility, side: option_type }]
        : [],
    )
    .toSorted((a, b) => a.strike - b.strike);
}

export interface StrikeRow {
  strike: number;
  call: Quote | undefined;
  put: Quote | undefined;
}

/** The strikes nearest to the forward, so many of them, in order; call and put side by side. */
export function strikesNear(quotes: readonly Quote[], forward: number | null, most: number): StrikeRow[] {
  const strikes = [...new Set(quotes.map((quote) => quote.strike))].toSorted((a, b) => a - b);
  const middle = forward ?? strikes[Math.floor(strikes.length / 2)] ?? 0;
  const near = strikes.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle)).slice(0, most);
  const find = (strike: number, side: "call" | "put") =>
    quotes.find((quote) => quote.strike === strike && quote.option_type === side);
  return near
    .toSorted((a, b) => a - b)
    .map((strike) => ({ strike, call: find(strike, "call"), put: find(strike, "put") }));
}
