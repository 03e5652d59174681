import type { ReactNode } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { Segmented } from "@/components/ui/segmented";
import type { Choice } from "@/components/ui/select";
import { SeverityMark } from "@/components/ui/severity-mark";
import { useFormat } from "@/lib/format";
import { changeSettings, type Settings, useSettings } from "@/lib/settings";
import { SEVERITIES } from "@/stream/messages";

const THEMES: Choice<Settings["theme"]>[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];
const DENSITIES: Choice<Settings["density"]>[] = [
  { value: "compact", label: "Compact" },
  { value: "comfortable", label: "Comfortable" },
];
const PALETTES: Choice<Settings["palette"]>[] = [
  { value: "standard", label: "Standard" },
  { value: "colour-blind", label: "Colour-blind safe" },
];
const UP_COLOURS: Choice<Settings["upColour"]>[] = [
  { value: "green", label: "Usual colours" },
  { value: "red", label: "Swapped" },
];
const NUMBERS: Choice<Settings["numbers"]>[] = [
  { value: "indian", label: "Lakh, crore" },
  { value: "international", label: "Million, billion" },
];

/** How these screens look in this browser; each choice shows at once. */
export function AppearanceCard() {
  const { theme, density, palette, upColour, numbers } = useSettings();
  const format = useFormat();
  return (
    <Card aria-label="Appearance">
      <CardHeader title="Appearance" note="Kept in this browser" />
      <div className="divide-y">
        <Row name="Theme">
          <Segmented
            label="Theme"
            value={theme}
            choices={THEMES}
            onChange={(next) => changeSettings({ theme: next })}
          />
        </Row>
        <Row name="Density">
          <Segmented
            label="Density"
            value={density}
            choices={DENSITIES}
            onChange={(next) => changeSettings({ density: next })}
          />
        </Row>
        <Row
          name="Palette"
          example={SEVERITIES.map((severity) => (
            <SeverityMark key={severity} severity={severity} className="text-xs" />
          ))}
        >
          <Segmented
            label="Palette"
            value={palette}
            choices={PALETTES}
            onChange={(next) => changeSettings({ palette: next })}
          />
        </Row>
        <Row
          name="Up and down"
          example={
            <>
              <span className="font-medium text-rise">▲ {format.percent(1.25)}</span>
              <span className="font-medium text-fall">▼ {format.percent(-1.25)}</span>
            </>
          }
        >
          <Segmented
            label="Up and down"
            value={upColour}
            choices={UP_COLOURS}
            onChange={(next) => changeSettings({ upColour: next })}
          />
        </Row>
        <Row
          name="Numbers"
          example={<span className="num">{`${format.price(1234567.89)} · ${format.money(12500000)}`}</span>}
        >
          <Segmented
            label="Numbers"
            value={numbers}
            choices={NUMBERS}
            onChange={(next) => changeSettings({ numbers: next })}
          />
        </Row>
      </div>
    </Card>
  );
}

function Row({ name, example, children }: { name: string; example?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
      <span className="w-28 font-medium">{name}</span>
      {children}
      {example && (
        <span className="flex flex-wrap gap-3" aria-hidden="true">
          {example}
        </span>
      )}
    </div>
  );
}
