/** Who else writes in a session, and saying that the viewer does (docs/events.md). */
import type { Message } from "@punctual/contract";
import { useCallback, useEffect, useRef, useState } from "react";
import { useRealtime } from "../realtime/realtime.tsx";

const SHOWN_MS = 6_000;
const SAID_EVERY_MS = 3_000;

/** @returns ids of members who write there now */
export function useWhoTypes(sessionId: string, messages: readonly Message[]): readonly string[] {
  const { listenToMessages } = useRealtime();
  const [typing, setTyping] = useState<readonly string[]>([]);
  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const stops = (memberId: string) => setTyping((ids) => ids.filter((each) => each !== memberId));
    const stop = listenToMessages((message) => {
      if (message.type !== "typing") return;
      const said = message as unknown as { sessionId: string; memberId: string; typing: boolean };
      if (said.sessionId !== sessionId) return;
      clearTimeout(timers.get(said.memberId));
      if (!said.typing) return stops(said.memberId);
      timers.set(
        said.memberId,
        setTimeout(() => stops(said.memberId), SHOWN_MS),
      );
      setTyping((ids) => (ids.includes(said.memberId) ? ids : [...ids, said.memberId]));
    });
    return () => {
      stop();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [listenToMessages, sessionId]);
  const author = messages.at(-1)?.authorId ?? null;
  const newest = messages.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message of theirs ends it
  useEffect(() => {
    setTyping((ids) => ids.filter((each) => each !== author));
  }, [author, newest]);
  return typing;
}

/** @returns says whether the viewer writes; as often as one likes */
export function useSayTyping(sessionId: string): (isTyping: boolean) => void {
  const { say } = useRealtime();
  const saidAt = useRef<number | null>(null);
  const tell = useCallback(
    (isTyping: boolean) => {
      const now = Date.now();
      if (isTyping && saidAt.current !== null && now - saidAt.current < SAID_EVERY_MS) return;
      if (!isTyping && saidAt.current === null) return;
      saidAt.current = isTyping ? now : null;
      say({ type: "typing", sessionId, typing: isTyping });
    },
    [say, sessionId],
  );
  useEffect(() => () => tell(false), [tell]);
  return tell;
}
