import { Session, type SessionStateView } from "@punctual/contract";
import { WebSocket } from "ws";
import { type Caller, createCaller, RefusedCall } from "../../src/testkit/journey-api.ts";
import { spontaneousAnswer } from "./conversations.ts";
import type { DemoBusiness } from "./demo-file.ts";
import { EMPLOYEE_KEYS, EMPLOYEES, type EmployeeKey } from "./people.ts";

/** What agents answer to a customer (by phone), in this order. */
export type Answers = Map<string, string[]>;

export interface Staff {
  /** The API as one of them. */
  as(key: EmployeeKey): Caller;
  /** The API as whoever has this id. */
  asMember(memberId: string): Caller;
  /** From now on, those who answer do. */
  beginAnswering(answers: Answers, pace: number): void;
  leave(): void;
}

interface Employed {
  readonly id: string;
  readonly call: Caller;
  readonly answersAfterMs: number | null;
  /** Hears of every session that changes. */
  heard: (session: SessionStateView) => void;
}

const RECONNECT_MS = 1_000;

/** Everybody who works here, with a screen open; agents are available. */
export async function openStaff(url: string, business: DemoBusiness): Promise<Staff> {
  const stop = new AbortController();
  const employed = new Map<EmployeeKey, Employed>();
  for (const key of EMPLOYEE_KEYS) {
    const { id, token } = business.employees[key] ?? { id: "", token: "" };
    const headers = { authorization: `Bearer ${token}` };
    const { answersAfterMs, role } = EMPLOYEES[key];
    const one: Employed = { id, call: createCaller(url, headers), answersAfterMs, heard: () => {} };
    employed.set(key, one);
    // An admin and a supervisor come by themselves.
    if (role !== "agent") continue;
    await openScreen(url, headers, stop.signal, (session) => one.heard(session));
    await one.call("PUT /api/v1/me/status", { status: "available" });
  }
  const callerOf = (is: (key: EmployeeKey, one: Employed) => boolean) => {
    const found = [...employed].find(([key, one]) => is(key, one));
    if (found === undefined) throw new Error("nobody of this id works here");
    return found[1].call;
  };
  return {
    as: (wanted) => callerOf((key) => key === wanted),
    asMember: (id) => callerOf((_key, one) => one.id === id),
    beginAnswering: (answers, pace) => {
      for (const one of employed.values()) beginAnswering(one, answers, pace, stop.signal);
    },
    leave: () => stop.abort(),
  };
}

/** Opens `/api/v1/events`, and again whenever it is cut. Settles once it is open. */
async function openScreen(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onSession: (session: SessionStateView) => void,
): Promise<void> {
  const ws = new WebSocket(new URL("/api/v1/events", url.replace(/^http/, "ws")), { headers });
  signal.addEventListener("abort", () => ws.close(), { once: true });
  ws.on("error", () => undefined);
  ws.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; events?: RawEvent[] };
    for (const { payload } of message.events ?? []) {
      if (payload.session !== undefined) onSession(payload.session);
    }
  });
  ws.on("close", () => {
    if (signal.aborted) return;
    setTimeout(() => void openScreen(url, headers, signal, onSession), RECONNECT_MS).unref();
  });
  await new Promise<void>((resolve) => ws.once("open", resolve));
}

interface RawEvent {
  readonly payload: { readonly session?: SessionStateView };
}

/** Answers each wait that becomes theirs, after a while, if it is still theirs then. */
function beginAnswering(one: Employed, answers: Answers, pace: number, signal: AbortSignal): void {
  const { answersAfterMs, id, call } = one;
  if (answersAfterMs === null) return;
  const planned = new Set<string>();
  const answer = async (sessionId: string) => {
    const session = Session.parse((await call(`GET /api/v1/sessions/${sessionId}`)).body);
    if (session.assigneeId !== id || session.turn !== "agent") return;
    const phone = session.contact.phone?.replace(/\D/g, "") ?? "";
    const text = answers.get(phone)?.shift() ?? spontaneousAnswer(phone);
    await call(`POST /api/v1/sessions/${sessionId}/messages`, { type: "text", text });
  };
  one.heard = ({ id: sessionId, assigneeId, turn, wait }) => {
    const plan = `${sessionId} ${wait?.number}`;
    if (assigneeId !== id || turn !== "agent" || planned.has(plan)) return;
    planned.add(plan);
    const timer = setTimeout(() => {
      planned.delete(plan);
      answer(sessionId).catch((error: unknown) => passOver(error, signal));
    }, answersAfterMs * pace);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  };
  call("GET /api/v1/sessions?assignee=me&limit=100")
    .then(({ body }) => Session.array().parse(body.sessions).map(one.heard))
    .catch((error: unknown) => passOver(error, signal));
}

/** It was taken away, closed or refused in this very moment: the next one is answered again. */
function passOver(error: unknown, { aborted }: AbortSignal): void {
  if (!aborted && !(error instanceof RefusedCall)) console.error(error);
}
