import { WebSocket } from "ws";

export interface ScreenEvent {
  readonly id: number;
  readonly type: string;
  readonly sessionId: string | null;
  readonly payload: unknown;
}

/** An agent's live connection: it comes back with its cursor whenever it is cut. */
export interface SoakScreen {
  /** Cuts the connection, as a train in a tunnel does. */
  cut(): void;
  /** How often it was told to load afresh. */
  resyncs(): number;
  close(): void;
}

const RECONNECT_MS = 250;

interface ScreenMessage {
  readonly type: string;
  readonly cursor?: string;
  readonly events?: readonly ScreenEvent[];
}

/**
 * Settles after the first `hello`.
 * @param onEvents `null`: nobody looks, and only the cursor is read, which spares the parsing.
 */
export async function openSoakScreen(
  url: string,
  token: string,
  onEvents: ((events: readonly ScreenEvent[]) => void) | null,
): Promise<SoakScreen> {
  const greeted = Promise.withResolvers<void>();
  let cursor: string | null = null;
  let closed = false;
  let resyncs = 0;
  let socket = connect();
  await greeted.promise;
  return {
    cut: () => socket.terminate(),
    resyncs: () => resyncs,
    close: () => {
      closed = true;
      socket.close();
    },
  };

  function connect(): WebSocket {
    const target = new URL("/api/v1/events", url.replace(/^http/, "ws"));
    if (cursor !== null) target.searchParams.set("cursor", cursor);
    const next = new WebSocket(target, { headers: { authorization: `Bearer ${token}` } });
    next.on("error", () => undefined);
    next.on("message", (data) => {
      const text = String(data);
      const message = onEvents === null ? glance(text) : (JSON.parse(text) as ScreenMessage);
      if (message.type === "hello") greeted.resolve();
      if (message.type === "resync") resyncs += 1;
      // A greeting's cursor is where the log ends, but what was missed is still to come.
      if (message.type !== "hello" || cursor === null) cursor = message.cursor ?? cursor;
      if (message.events !== undefined) onEvents?.(message.events);
    });
    next.on("close", () => {
      if (closed) return;
      setTimeout(() => {
        if (!closed) socket = connect();
      }, RECONNECT_MS);
    });
    return next;
  }
}

/** Type and cursor stand at the beginning and the end of what the server says. */
function glance(text: string): ScreenMessage {
  const type = /^\{"type":"(\w+)"/.exec(text)?.[1] ?? "";
  const cursor = /"cursor":"([^"]*)"/.exec(text.slice(text.lastIndexOf(`"cursor":`)))?.[1];
  return cursor === undefined ? { type } : { type, cursor };
}
