import { Message, Notification } from "@punctual/contract";
import type { Database } from "../platform/database.ts";
import { type EventSocket, openEventSocket, type ReceivedEvent } from "./event-socket.ts";
import { type Caller, createCaller, type HttpAnswer, RefusedCall } from "./journey-api.ts";
import type { Customer } from "./journey-customer.ts";
import { expectScreenLikeApi } from "./journey-screen.ts";

/** A member of the business at their screen: the API with their own token, and a live socket. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  /** Asks below `/api/v1`: `call("GET /me")`. Throws unless it succeeds. */
  readonly call: Caller;
  /** The stable code with which a call is refused. */
  refusal(route: string, body?: unknown): Promise<unknown>;
  /** Writes into the customer's latest session, and waits until what became of it is recorded. */
  replies(to: Customer, text?: string): Promise<Message>;
  /** The same without waiting. */
  submits(to: Customer, text?: string): Promise<Message>;
  sendsTemplate(to: Customer, name: string): Promise<Message>;
  leavesNote(on: Customer, text?: string): Promise<Message>;
  /** `POST /sessions/{id}/{act}` on the customer's latest session. */
  acts(on: Customer, act: string, body?: unknown): Promise<HttpAnswer>;
  /** Opens a live socket, which goes on where the last one ended, and says *available*. */
  comesOnline(): Promise<void>;
  /** Says *offline*; the socket stays. */
  goesOffline(): Promise<void>;
  disconnects(): Promise<void>;
  /** The live socket, if one is open. */
  socket(): EventSocket | null;
  /** Fails unless what the live sockets told, laid over each other, comes to what the API says. */
  seesWhatIsSo(): Promise<void>;
  notifications(): Promise<readonly Notification[]>;
  /** Kinds of the notifications that still hold, the oldest first. */
  told(): Promise<readonly string[]>;
}

export interface AgentWorld {
  readonly db: Database;
  /** Where the first running node listens. */
  url(): string;
  until(condition: () => Promise<boolean>, what: string): Promise<void>;
}

export interface AgentLogin {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

export function createAgent(world: AgentWorld, login: AgentLogin): Agent {
  const headers = { authorization: `Bearer ${login.token}` };
  let socket: EventSocket | null = null;
  let cursor: string | null = null;
  /** What earlier sockets told. */
  const earlier: ReceivedEvent[] = [];
  const shutSocket = () => {
    if (socket === null) return;
    earlier.push(...socket.events);
    cursor = socket.cursor();
    socket = null;
  };
  const call: Caller = async (route, body) => {
    const [method, path] = route.split(" ");
    return await createCaller(world.url(), headers)(`${method} /api/v1${path}`, body);
  };
  const acts = async (on: Customer, act: string, body?: unknown) =>
    await call(`POST /sessions/${await on.sessionId()}/${act}`, body);
  const submits = async (to: Customer, body: unknown) =>
    Message.parse((await acts(to, "messages", body)).body);
  const settled = async (message: Message) => {
    const gone = async () =>
      (await world.db.query("select 1 from outbox where message_id = $1", [message.id])).length ===
      0;
    await world.until(gone, "the reply's outcome to be recorded");
    return message;
  };
  const notifications = async () =>
    Notification.array().parse((await call("GET /notifications?limit=100")).body.notifications);
  return {
    id: login.id,
    name: login.name,
    call,
    acts,
    notifications,
    socket: () => socket,
    refusal: (route, body) => refusalOf(call, route, body),
    submits: async (to, text = "Here it is") => await submits(to, { type: "text", text }),
    replies: async (to, text = "Here it is") =>
      await settled(await submits(to, { type: "text", text })),
    sendsTemplate: async (to, name) =>
      await settled(await submits(to, { type: "template", name, language: "en" })),
    leavesNote: async (on, text = "Remember") =>
      Message.parse((await acts(on, "notes", { text })).body),
    comesOnline: async () => {
      if (socket === null || socket.ws.readyState !== socket.ws.OPEN) {
        shutSocket();
        socket = await openEventSocket(world.url(), {
          headers,
          ...(cursor === null ? {} : { cursor }),
        });
      }
      await call("PUT /me/status", { status: "available" });
    },
    goesOffline: async () => {
      await call("PUT /me/status", { status: "offline" });
    },
    disconnects: async () => {
      await socket?.close();
      shutSocket();
    },
    seesWhatIsSo: () =>
      expectScreenLikeApi(login.name, call, () => [...earlier, ...(socket?.events ?? [])]),
    told: async () =>
      (await notifications())
        .filter((each) => each.withdrawnAt === null)
        .map((each) => each.kind)
        .reverse(),
  };
}

async function refusalOf(call: Caller, route: string, body: unknown): Promise<unknown> {
  try {
    await call(route, body);
  } catch (error) {
    if (error instanceof RefusedCall) return error.code;
    throw error;
  }
  throw new Error(`${route} was not refused`);
}
