import type { ConfigFacts } from "@/stream/messages";

export interface Instrument {
  symbol: string;
  name: string;
}

/** What the server writes into the page (streaming/app_page.py), so that the first paint asks for nothing. */
export interface Boot {
  app_name: string;
  csrf_cookie: string;
  user: { username: string; role: string; capabilities: string[] };
  config: ConfigFacts & { horizon_minutes: number };
  instruments: Instrument[];
}

let facts: Boot | undefined;

export function boot(): Boot {
  facts ??= JSON.parse(document.getElementById("boot")?.textContent ?? "") as Boot;
  return facts;
}

/** For tests, which have no page of the server. */
export function setBoot(given: Boot): void {
  facts = given;
}

export function may(capability: string | undefined): boolean {
  return capability === undefined || boot().user.capabilities.includes(capability);
}

export function instrumentName(symbol: string): string {
  return boot().instruments.find((instrument) => instrument.symbol === symbol)?.name ?? "";
}
