/** What somebody began to write, per session, kept on this device until it is sent. */
import { useSyncExternalStore } from "react";

export interface Draft {
  readonly text: string;
  readonly isNote: boolean;
  /** The message it quotes. */
  readonly replyTo: string | null;
  /** Members who were chosen to be asked by a note. */
  readonly mentions: readonly string[];
}

const PREFIX = "punctual-draft:";
const EMPTY: Draft = { text: "", isNote: false, replyTo: null, mentions: [] };
const cache = new Map<string, Draft>();
const listeners = new Set<() => void>();

export function draftOf(sessionId: string): Draft {
  const known = cache.get(sessionId);
  if (known !== undefined) return known;
  const draft = read(sessionId);
  cache.set(sessionId, draft);
  return draft;
}

export function saveDraft(sessionId: string, draft: Draft): void {
  cache.set(sessionId, draft);
  if (draft.text === "" && draft.replyTo === null) localStorage.removeItem(PREFIX + sessionId);
  else localStorage.setItem(PREFIX + sessionId, JSON.stringify(draft));
  for (const listener of listeners) listener();
}

export function useDraft(sessionId: string): Draft {
  return useSyncExternalStore(subscribe, () => draftOf(sessionId));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(sessionId: string): Draft {
  try {
    return { ...EMPTY, ...JSON.parse(localStorage.getItem(PREFIX + sessionId) ?? "{}") };
  } catch {
    return EMPTY;
  }
}
