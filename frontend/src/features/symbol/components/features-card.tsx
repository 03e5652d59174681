import { SlidersHorizontal } from "lucide-react";
import { Fragment } from "react";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { classes } from "@/lib/classes";
import { duration, istMoment, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import { useReasons } from "../api/use-reasons";
import { byFamily, type FeatureFamily, type FeatureRow, isUnusual } from "../feature-rows";
import { RankBar } from "./rank-bar";

/** What is measured around the symbol, against what is normal for it. */
export function FeaturesCard({ symbol }: { symbol: string }) {
  const reasons = useReasons(symbol);
  const found = reasons.data ? byFamily(reasons.data.features) : null;
  const at = reasons.data?.features_at;
  return (
    <Card aria-label="Features">
      <CardHeader title="Features against their normal" note={at ? `at ${istMoment(Date.parse(at))}` : undefined} />
      {reasons.isError && <Problem problem={reasons.error} onRetry={() => void reasons.refetch()} />}
      {reasons.isPending && <SkeletonRows rows={8} />}
      {found?.families.length === 0 && (
        <Empty title="No features are known yet" icon={SlidersHorizontal}>
          They are worked out whenever a minute closes.
        </Empty>
      )}
      {found && found.families.length > 0 && <Families families={found.families} unknown={found.unknown} />}
    </Card>
  );
}

function Families({ families, unknown }: { families: readonly FeatureFamily[]; unknown: readonly string[] }) {
  return (
    <>
      <Table>
        <thead>
          <tr>
            <Th>Feature</Th>
            <Th className="num">Value</Th>
            <Th>Unit</Th>
            <Th className="num">Normal</Th>
            <Th title="The share of the minutes before it, a session at most, that were lower">
              Among the minutes before
            </Th>
            <Th>Window</Th>
            <Th className="num" title="The share of the window that had data">
              Coverage
            </Th>
            <Th className="num" title="Since the newest observation used, in trading time">
              Age
            </Th>
          </tr>
        </thead>
        <tbody>
          {families.map(({ family, rows }) => (
            <Fragment key={family}>
              <tr>
                <th colSpan={8} scope="rowgroup" className="eyebrow h-7 border-b bg-raised px-(--cell-x) text-left">
                  {words(family)}
                </th>
              </tr>
              {rows.map((row) => (
                <Row key={row.name} row={row} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </Table>
      {unknown.length > 0 && (
        <p className="px-3 py-2 text-xs text-muted">
          Not known now ({unknown.length}): {unknown.join(", ")}.
        </p>
      )}
    </>
  );
}

function Row({ row }: { row: FeatureRow }) {
  const format = useFormat();
  return (
    <tr className="whitespace-nowrap hover:bg-raised">
      <th scope="row" className="h-(--row) border-b px-(--cell-x) text-left font-normal">
        {row.name} {isUnusual(row) && <Badge className="ml-1 text-high">Unusual</Badge>}
      </th>
      <Td className="num font-semibold">{precise(row.value)}</Td>
      <Td className="text-muted">{row.unit}</Td>
      <Td className={classes("num", row.normal === null && "text-muted")}>
        {row.normal === null ? UNKNOWN : precise(row.normal)}
      </Td>
      <Td>
        <RankBar rank={row.rank} minutes={row.rank_minutes} />
      </Td>
      <Td className="text-muted">{row.window}</Td>
      <Td className="num">{format.number(100 * row.coverage, 0)} %</Td>
      <Td className="num">{row.age === null ? UNKNOWN : duration(1000 * row.age)}</Td>
    </tr>
  );
}

/** Four significant digits: features span from millionths to hundreds. */
function precise(value: number | null): string {
  if (value === null) return UNKNOWN;
  const text = value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", "\u2212");
}
