import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { licensed } from "../licences";

/** Whose work these screens stand on. */
export function LicencesCard() {
  return (
    <Card aria-label="Licences">
      <CardHeader title="Licences" />
      <p className="p-3">
        Price charts by{" "}
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank" className="text-accent underline">
          TradingView
        </a>
        : Lightweight Charts™, Copyright © TradingView, Inc., Apache License 2.0. The typeface is Inter, SIL Open Font
        License 1.1.
      </p>
      <Table>
        <thead>
          <tr>
            <Th>Package</Th>
            <Th className="num">Version</Th>
            <Th>Licence</Th>
          </tr>
        </thead>
        <tbody>
          {licensed().map(({ name, version, licence }) => (
            <tr key={name}>
              <th scope="row" className="h-(--row) border-b px-(--cell-x) font-normal">
                {name}
              </th>
              <Td className="num">{version}</Td>
              <Td>{licence}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
