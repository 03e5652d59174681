import { UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Chain } from "../api/use-chain";

/** The figures of one expiry; what was refused or not fitted is unknown. */
export function ChainFigures({ chain }: { chain: Chain }) {
  const format = useFormat();
  const percent = (value: number | null, digits = 1) =>
    value === null ? UNKNOWN : `${format.number(100 * value, digits)} %`;
  const facts: [string, string][] = [
    ["At the money", percent(chain.atm_volatility)],
    [
      `Forward (${chain.forward_source ? words(chain.forward_source).toLowerCase() : UNKNOWN}), ₹`,
      format.price(chain.forward),
    ],
    ["25-delta skew", chain.skew_25 === null ? UNKNOWN : format.percent(100 * chain.skew_25, 1)],
    ["Days left then", chain.years === null ? UNKNOWN : format.number(365 * chain.years, 1)],
    ["Quotes used", format.count(chain.quotes_used)],
  ];
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 px-3 pt-2">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="eyebrow">{name}</dt>
          <dd className="font-semibold">{value}</dd>
        </div>
      ))}
      {chain.flags.length > 0 && (
        <div>
          <dt className="eyebrow">Flags</dt>
          <dd className="text-medium">{chain.flags.map(words).join(", ")}</dd>
        </div>
      )}
    </dl>
  );
}
