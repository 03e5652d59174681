import { Command } from "cmdk";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Kbd } from "@/components/ui/kbd";
import { useHasScreen } from "@/lib/screen";
import { changeSettings } from "@/lib/settings";
import { PaletteGroup as Group, PaletteItem as Item } from "./palette-parts";
import { allowedScreens } from "./screens";
import { SymbolChoices } from "./symbol-choices";

interface Props {
  isOpen: boolean;
  onClose: () => void;
}

/** Ctrl-K: go to a screen or a symbol, or change how the screens look, by typing. */
export function CommandPalette({ isOpen, onClose }: Props) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(36rem,94vw)] -translate-x-1/2 overflow-hidden rounded-lg border bg-surface shadow-float"
        >
          <Radix.Title className="sr-only">Search screens and symbols</Radix.Title>
          <Choices onClose={onClose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Choices({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const hasSymbols = useHasScreen("symbols/:symbol");
  const [typed, setTyped] = useState("");
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Command label="Search screens and symbols">
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder="Screen, symbol or command"
        className="h-12 w-full border-b bg-transparent px-4 outline-none placeholder:text-muted"
      />
      <Command.List className="max-h-96 overflow-auto p-1">
        <Command.Empty className="px-4 py-8 text-center text-muted">Nothing is called that.</Command.Empty>
        <Group heading="Screens">
          {allowedScreens()
            .filter((screen) => !screen.isHidden)
            .map(({ path, title, jump, icon: Icon }) => (
              <Item key={path} onSelect={run(() => void navigate(`/${path}`))}>
                <Icon className="size-4 text-muted" aria-hidden="true" /> {title}
                {jump && (
                  <span className="ml-auto">
                    <Kbd keys={`g ${jump}`} />
                  </span>
                )}
              </Item>
            ))}
        </Group>
        {hasSymbols && (
          <SymbolChoices
            typed={typed.trim()}
            onChoose={(symbol) => run(() => void navigate(`/symbols/${encodeURIComponent(symbol)}`))()}
          />
        )}
        <Group heading="Look">
          <Item onSelect={run(() => changeSettings({ theme: "light" }))}>Light theme</Item>
          <Item onSelect={run(() => changeSettings({ theme: "dark" }))}>Dark theme</Item>
          <Item onSelect={run(() => changeSettings({ density: "compact" }))}>Compact rows</Item>
          <Item onSelect={run(() => changeSettings({ density: "comfortable" }))}>Comfortable rows</Item>
        </Group>
      </Command.List>
    </Command>
  );
}
