import { ChartLine, Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";

export interface ChartTable {
  headings: readonly string[];
  /** Cells as they are shown; the first is the row's heading. */
  rows: readonly (readonly string[])[];
}

interface Props {
  title: string;
  note?: ReactNode;
  tools?: ReactNode;
  /** The numbers of the chart, for who reads rather than looks. Called only when the table is shown. */
  table: () => ChartTable;
  children: ReactNode;
}

/** A chart in a card, with its numbers as a table one click away. */
export function ChartFrame({ title, note, tools, table, children }: Props) {
  const [isTable, setIsTable] = useState(false);
  const toggle = (
    <Button look="quiet" size="small" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
      {isTable ? <ChartLine aria-hidden="true" /> : <Table2 aria-hidden="true" />}
      {isTable ? "Chart" : "Table"}
    </Button>
  );
  return (
    <Card aria-label={title} className="flex min-h-0 flex-col">
      <CardHeader
        title={title}
        note={note}
        tools={
          <>
            {tools}
            {toggle}
          </>
        }
      />
      <div className="min-h-0 flex-1 overflow-auto">{isTable ? <Numbers {...table()} /> : children}</div>
    </Card>
  );
}

function Numbers({ headings, rows }: ChartTable) {
  return (
    <Table>
      <thead>
        <tr>
          {headings.map((heading, place) => (
            <Th key={heading} className={place ? "num" : ""}>
              {heading}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...others]) => (
          <tr key={first}>
            <th scope="row" className="h-(--row) border-b px-(--cell-x) text-left font-normal">
              {first}
            </th>
            {others.map((cell, place) => (
              <Td key={headings[place + 1]} className="num">
                {cell}
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
