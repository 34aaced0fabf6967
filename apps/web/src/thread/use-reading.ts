import type { Session } from "@punctual/contract";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { call } from "../api/http.ts";

/**
 * Says that the session was read once its newest message is in sight on a page that somebody looks at. What
 * somebody marked as unread while it was open stays so until it is opened again, or more is written.
 */
export function useReading(session: Session, isAtEnd: boolean): void {
  const { id, unread, lastMessageAt, preview } = session;
  const isVisible = useSyncExternalStore(
    onVisibility,
    () => document.visibilityState === "visible" && document.hasFocus(),
  );
  const newest = `${id} ${lastMessageAt} ${preview?.messageId}`;
  const toldOf = useRef<string | null>(null);
  useEffect(() => {
    if (!isAtEnd || !isVisible || toldOf.current === newest) return;
    toldOf.current = newest;
    // Without a connection it stays unread, and is said at the next message.
    if (unread) void call(`POST /sessions/${id}/read`, { body: {} }).catch(() => undefined);
  }, [id, isAtEnd, isVisible, newest, unread]);
}

function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  return () => {
    document.removeEventListener("visibilitychange", listener);
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
  };
}
