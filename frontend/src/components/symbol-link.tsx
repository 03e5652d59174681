import { Link } from "react-router";
import { classes } from "@/lib/classes";
import { useHasScreen } from "@/lib/screen";

/** A symbol, leading to its page where there is one. */
export function SymbolLink({ symbol, className }: { symbol: string; className?: string }) {
  const hasPage = useHasScreen("symbols/:symbol");
  const look = classes("font-semibold", className);
  if (!hasPage) return <span className={look}>{symbol}</span>;
  return (
    <Link to={`/symbols/${encodeURIComponent(symbol)}`} className={classes(look, "hover:underline")}>
      {symbol}
    </Link>
  );
}
