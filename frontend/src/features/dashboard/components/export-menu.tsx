import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";

const SPANS = [
  { label: "Last 15 minutes", minutes: 15 },
  { label: "Last hour", minutes: 60 },
  { label: "Last 24 hours", minutes: 1440 },
];

/** Stored records as a file; the server audits each export. */
export function ExportMenu() {
  const trigger = (
    <Button look="quiet" size="small">
      <Download aria-hidden="true" /> Export
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <p className="px-2 py-1 text-xs text-muted">Records as CSV, 1,00,000 rows at most</p>
      {SPANS.map(({ label, minutes }) => (
        <MenuItem key={minutes} asChild>
          <a href={address(minutes)} download>
            {label}
          </a>
        </MenuItem>
      ))}
    </Menu>
  );
}

function address(minutes: number): string {
  const from = new Date(Date.now() - minutes * 60_000).toISOString();
  return `/api/v1/risk/history?${new URLSearchParams({ format: "csv", from })}`;
}
