import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Facts } from "@/components/ui/facts";
import { Table, Td, Th } from "@/components/ui/table";
import { istMoment } from "@/lib/format";
import type { Config } from "../api/config";

/** The version in force and which one each partition's worker judges by. */
export function AdoptionCard({ config }: { config: Config }) {
  return (
    <Card aria-label="In force">
      <CardHeader title={`Version ${config.version} is in force`} />
      <Facts
        className="p-3"
        facts={[
          ["Since", istMoment(Date.parse(config.created_at))],
          ["By", config.author || "The platform"],
          ["Reason", config.reason],
        ]}
      />
      {config.adopted.length === 0 ? (
        <Empty title="No partition has judged a record yet" />
      ) : (
        <Table>
          <thead>
            <tr>
              <Th>Partition</Th>
              <Th className="num">Run</Th>
              <Th className="num">Uses version</Th>
              <Th className="num">Since (log time)</Th>
            </tr>
          </thead>
          <tbody>
            {config.adopted.map(({ partition, run, version, adopted_at }) => (
              <tr key={partition}>
                <th scope="row" className="h-(--row) border-b px-(--cell-x) text-left font-normal">
                  {partition}
                </th>
                <Td className="num">{run}</Td>
                <Td className={version === config.version ? "num" : "num font-semibold text-high"}>{version}</Td>
                <Td className="num">{istMoment(Date.parse(adopted_at))}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
