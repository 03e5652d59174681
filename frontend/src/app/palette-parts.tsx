import { Command } from "cmdk";
import type { ReactNode } from "react";

/** A heading with the choices below it. */
export function PaletteGroup({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-[11px] [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

interface Props {
  onSelect: () => void;
  children: ReactNode;
  /** Names it among the choices; without one, its text does. */
  value?: string;
  /** Other words by which it is found. */
  keywords?: string[];
}

/** One choice. */
export function PaletteItem({ onSelect, children, value, keywords }: Props) {
  return (
    <Command.Item
      onSelect={onSelect}
      {...(value !== undefined && { value })}
      {...(keywords && { keywords })}
      className="flex h-9 items-center gap-2 rounded px-3 data-[selected=true]:bg-hover"
    >
      {children}
    </Command.Item>
  );
}
