import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { EventPayloads, isEventType, type RawEvent, ServerSaying } from "@punctual/contract";
import { WebSocket } from "ws";

export type ReceivedEvent = RawEvent;

export interface EventSocket {
  readonly ws: WebSocket;
  /** Everything received so far. */
  readonly messages: readonly ServerSaying[];
  readonly events: readonly ReceivedEvent[];
  /** Where a next connection resumes. */
  cursor(): string;
  /** Settles once what was received fulfils the condition; fails when the socket closes before. */
  until(condition: (socket: EventSocket) => boolean): Promise<void>;
  /** Settles with the close code. */
  readonly closed: Promise<number>;
  close(): Promise<void>;
}

/** Opens `/api/v1/events` as a client would. Settles after `hello`. */
export async function openEventSocket(
  url: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly cursor?: string;
    readonly autoPong?: boolean;
  },
): Promise<EventSocket> {
  const target = new URL("/api/v1/events", url.replace(/^http/, "ws"));
  if (options.cursor !== undefined) target.searchParams.set("cursor", options.cursor);
  const ws = new WebSocket(target, {
    headers: { ...options.headers },
    autoPong: options.autoPong ?? true,
  });
  const socket = collect(ws);
  await socket.until(({ messages }) => messages.length > 0);
  return socket;
}

/** The HTTP answer to a handshake that is refused. */
export async function refusedHandshake(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const ws = new WebSocket(new URL(path, url.replace(/^http/, "ws")), { headers: { ...headers } });
  ws.on("error", () => undefined);
  const [, response] = (await once(ws, "unexpected-response")) as [unknown, IncomingMessage];
  const body: unknown = JSON.parse((await response.toArray()).join(""));
  return { status: response.statusCode ?? 0, body };
}

function collect(ws: WebSocket): EventSocket {
  const messages: ServerSaying[] = [];
  const events: ReceivedEvent[] = [];
  const checks = new Set<() => void>();
  let failure: Error | null = null;
  let last = "";
  const closed = new Promise<number>((resolve) => {
    ws.once("close", (code) => resolve(code));
  });
  const fail = (error: Error) => {
    failure ??= error;
    for (const check of checks) check();
  };
  ws.on("error", fail);
  void closed.then((code) => fail(new Error(`the socket was closed with ${code}`)));
  ws.on("message", (data: Buffer) => {
    const message = parseSaying(data.toString(), fail);
    if (message === null) return;
    messages.push(message);
    if (message.type === "events") events.push(...message.events);
    if (message.type !== "typing") last = message.cursor ?? last;
    for (const check of checks) check();
  });
  const socket: EventSocket = {
    ws,
    messages,
    events,
    closed,
    cursor: () => last,
    until: (condition) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const fulfilled = condition(socket);
          if (!fulfilled && failure === null) return;
          checks.delete(check);
          if (fulfilled) resolve();
          else reject(failure);
        };
        checks.add(check);
        check();
      }),
    close: async () => {
      ws.close();
      await closed;
    },
  };
  return socket;
}

/** `null`, and a failure: something that the contract doesn't say, to the last field. */
function parseSaying(text: string, fail: (error: Error) => void): ServerSaying | null {
  const said: unknown = JSON.parse(text);
  const saying = ServerSaying.safeParse(said);
  const events = saying.data?.type === "events" ? saying.data.events : [];
  const asContracted = saying.success && isDeepStrictEqual(saying.data, said);
  if (asContracted && events.every(isAsContracted)) return saying.data;
  fail(new Error(`the contract says nothing of this: ${text}`));
  return null;
}

function isAsContracted({ type, payload }: RawEvent): boolean {
  if (!isEventType(type)) return false;
  return isDeepStrictEqual(EventPayloads[type].safeParse(payload).data, payload);
}
