import { useEffect, useRef } from "react";

export interface Shortcut {
  /** As `KeyboardEvent.key`, two after another with a space: `p`, `?`, `g d`, `ctrl+k`. */
  keys: string;
  label: string;
  act: () => void;
}

const APART_MS = 1200;
const active = new Set<{ current: readonly Shortcut[] }>();
let before = { key: "", atMs: 0 };

/** All shortcuts that work now, for the list behind `?`. */
export function activeShortcuts(): Shortcut[] {
  return [...active].flatMap((held) => [...held.current]);
}

/** Let these keys work while the component is there. Not while somebody types or a dialog is open. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const held = useRef(shortcuts);
  held.current = shortcuts;
  useEffect(() => {
    active.add(held);
    return () => {
      active.delete(held);
    };
  }, []);
}

export function listenForShortcuts(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function onKey(event: KeyboardEvent): void {
  const isCommand = event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || event.altKey || (!isCommand && isBusy(event.target))) return;
  const key = isCommand ? `ctrl+${event.key.toLowerCase()}` : event.key;
  const pair = Date.now() - before.atMs < APART_MS ? `${before.key} ${key}` : "";
  const all = activeShortcuts();
  const found = all.findLast((one) => one.keys === pair) ?? all.findLast((one) => one.keys === key);
  before = { key: found ? "" : key, atMs: Date.now() };
  if (!found) return;
  event.preventDefault();
  found.act();
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]')) return true;
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}
