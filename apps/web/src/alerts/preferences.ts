/** What a member wants of alerts in *this* browser: sound, and whether the desktop shows them. */
import { useSyncExternalStore } from "react";

export interface BrowserAlerts {
  readonly sound: boolean;
  readonly desktop: boolean;
}

const KEPT_AS = "punctual-alerts";
const listeners = new Set<() => void>();
let chosen: BrowserAlerts = read();

export function browserAlerts(): BrowserAlerts {
  return chosen;
}

export function useBrowserAlerts(): BrowserAlerts {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, browserAlerts);
}

export function chooseBrowserAlerts(change: Partial<BrowserAlerts>): void {
  chosen = { ...chosen, ...change };
  localStorage.setItem(KEPT_AS, JSON.stringify(chosen));
  for (const listener of listeners) listener();
}

function read(): BrowserAlerts {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}") as Partial<BrowserAlerts>;
    return { sound: kept.sound ?? true, desktop: kept.desktop ?? false };
  } catch {
    return { sound: true, desktop: false };
  }
}
