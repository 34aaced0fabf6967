/**
 * Keys that do something wherever one is on a screen. A component names its own while it is shown; `?` lists
 * all that hold at the moment. Where somebody types, or a dialog is open, keys are just keys.
 */
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut {
  /** What `KeyboardEvent.key` says, without modifiers: "j", "Enter", "?". */
  readonly key: string;
  /** What it does, in the viewer's language. */
  readonly label: string;
  readonly run: () => void;
}

interface Group {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const groups = new Map<symbol, Group>();
const listeners = new Set<() => void>();
let shown: readonly Group[] = [];

/** Holds while the component is shown. What came last goes first where two name the same key. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const id = useRef(Symbol(title)).current;
  // Every draw: what they do closes over what is shown.
  useEffect(() => {
    const isNew = !groups.has(id);
    groups.set(id, { title, shortcuts });
    if (isNew) tell();
  });
  useEffect(() => {
    if (groups.size === 1) window.addEventListener("keydown", onKey);
    return () => {
      groups.delete(id);
      tell();
      if (groups.size === 0) window.removeEventListener("keydown", onKey);
    };
  }, [id]);
}

/** All that hold now, for the page that lists them. */
export function useShortcutGroups(): readonly Group[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

function tell(): void {
  shown = [...groups.values()];
  for (const listener of listeners) listener();
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isForTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return;
  for (const { shortcuts } of [...groups.values()].reverse()) {
    const shortcut = shortcuts.find(({ key }) => key === event.key);
    if (shortcut === undefined) continue;
    event.preventDefault();
    shortcut.run();
    return;
  }
}

/** A field takes every key; a button or link takes its own. */
function isForTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role='menuitem']");
}
