/** The live connection of a signed-in screen, and what components may ask of it. */
import type { LiveEvent, Session } from "@punctual/contract";
import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { call } from "../api/http.ts";
import { meQuery } from "../api/queries.ts";
import { SessionStoreContext } from "../sessions/session-hooks.ts";
import { SessionStore } from "../sessions/session-store.ts";
import { OutgoingMessages } from "../thread/outgoing.ts";
import { ThreadStore } from "../thread/thread-store.ts";
import { ThreadsContext } from "../thread/threads-context.ts";
import { noteServerTime, serverNow } from "../ui/now.ts";
import { dispatch } from "./dispatch.ts";
import { LiveConnection, type LiveState, type ServerMessage } from "./live-connection.ts";
import { createWanted } from "./wanted-sessions.ts";

export interface Realtime {
  readonly state: LiveState;
  readonly say: LiveConnection["say"];
  readonly connectNow: () => void;
  /** Hears every event after it was applied. @returns how to stop */
  readonly listen: (listener: (event: LiveEvent) => void) => () => void;
  /** Hears what isn't of the log: who types. @returns how to stop */
  readonly listenToMessages: (listener: (message: ServerMessage) => void) => () => void;
}

const RealtimeContext = createContext<Realtime | null>(null);

export function useRealtime(): Realtime {
  const realtime = useContext(RealtimeContext);
  if (realtime === null) throw new Error("outside of the signed-in part of the app");
  return realtime;
}

/** How often an active member says so; the server counts in minutes. */
const ACTIVE_EVERY_MS = 10_000;

export function RealtimeProvider(props: {
  readonly memberId: string;
  readonly children: ReactNode;
}) {
  const { memberId, children } = props;
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  const listeners = useRef(new Set<(event: LiveEvent) => void>());
  const messageListeners = useRef(new Set<(message: ServerMessage) => void>());
  const store = useMemo(() => new SessionStore(() => ({ memberId, now: serverNow() })), [memberId]);
  const threads = useMemo(() => {
    const threadStore = new ThreadStore();
    const outgoing = new OutgoingMessages(memberId, {
      onSent: (sessionId, message) => threadStore.add(sessionId, [message]),
    });
    return { store: threadStore, outgoing };
  }, [memberId]);

  const connection = useMemo(() => {
    const wanted = createWanted(async (ids) => {
      const path = `/sessions?ids=${ids.join(",")}&state=all&limit=100`;
      store.put((await call<{ sessions: Session[] }>(`GET ${path}`)).sessions);
    });
    const known = {
      sessions: store,
      threads: threads.store,
      queries,
      memberId,
      wanted,
      listeners: listeners.current,
    };
    const onMessage = (message: ServerMessage & { events?: LiveEvent[]; now?: number }) => {
      if (message.now !== undefined) noteServerTime(message.now);
      if (message.type === "resync") {
        threads.store.startOver();
        void queries.invalidateQueries();
      }
      for (const event of message.events ?? []) dispatch(event, known);
      for (const listener of messageListeners.current) listener(message);
    };
    return new LiveConnection({ onMessage, onState: setState });
  }, [memberId, queries, store, threads]);

  useEffect(() => {
    connection.start();
    return () => connection.stop();
  }, [connection]);
  useEffect(() => {
    const resume = () => threads.outgoing.resume();
    window.addEventListener("online", resume);
    return () => window.removeEventListener("online", resume);
  }, [threads]);
  useEffect(() => {
    if (state !== "live") return undefined;
    threads.outgoing.resume();
    return tellPresence(connection);
  }, [connection, state, threads]);
  useEffect(() => {
    if (state !== "waiting" && state !== "ended") return;
    // A refused connection doesn't say why: whether the login has ended, the API does.
    const asked = queries.invalidateQueries({ queryKey: meQuery.queryKey });
    if (state === "waiting") return;
    // A new password or second factor ends the login and gives another one.
    void asked.then(() => {
      if (queries.getQueryState(meQuery.queryKey)?.status === "success") connection.connectNow();
    });
  }, [connection, queries, state]);

  const realtime = useMemo<Realtime>(
    () => ({
      state,
      say: (message) => connection.say(message),
      connectNow: () => connection.connectNow(),
      listen: (listener) => added(listeners.current, listener),
      listenToMessages: (listener) => added(messageListeners.current, listener),
    }),
    [connection, state],
  );
  return (
    <RealtimeContext value={realtime}>
      <SessionStoreContext value={store}>
        <ThreadsContext value={threads}>{children}</ThreadsContext>
      </SessionStoreContext>
    </RealtimeContext>
  );
}

function added<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item);
  return () => set.delete(item);
}

/** Says whether somebody looks at the page, and that they do something. @returns how to stop */
function tellPresence(connection: LiveConnection): () => void {
  let toldAt = 0;
  const tellVisible = () =>
    connection.say({ type: "visible", visible: document.visibilityState === "visible" });
  const tellActive = () => {
    if (Date.now() - toldAt < ACTIVE_EVERY_MS) return;
    toldAt = Date.now();
    connection.say({ type: "active" });
  };
  tellVisible();
  document.addEventListener("visibilitychange", tellVisible);
  const acts = ["keydown", "pointerdown", "wheel", "touchstart"] as const;
  for (const act of acts) window.addEventListener(act, tellActive, { passive: true });
  return () => {
    document.removeEventListener("visibilitychange", tellVisible);
    for (const act of acts) window.removeEventListener(act, tellActive);
  };
}
