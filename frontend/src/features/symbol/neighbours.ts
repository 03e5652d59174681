import { boot } from "@/api/boot";

/** The symbols before and after this one in the platform's order, around the end; undefined for one that is not in it. */
export function neighboursOf(symbol: string): { previous: string | undefined; next: string | undefined } {
  const symbols = boot().instruments.map((one) => one.symbol);
  const place = symbols.indexOf(symbol);
  if (place < 0 || symbols.length < 2) return { previous: undefined, next: undefined };
  return { previous: symbols.at(place - 1), next: symbols[(place + 1) % symbols.length] };
}
