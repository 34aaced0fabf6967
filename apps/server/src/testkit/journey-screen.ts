/** An agent's screen: what a client shows that knows nothing but the live events. */
import { Notification, SessionPage, SessionStateView } from "@punctual/contract";
import { expect } from "vitest";
import { z } from "zod";
import type { ReceivedEvent } from "./event-socket.ts";
import type { Caller } from "./journey-api.ts";
import { waitUntil } from "./journey-until.ts";

interface Screen {
  /** By session. */
  readonly sessions: ReadonlyMap<string, SessionStateView>;
  readonly notifications: readonly Notification[];
}

const SessionEvent = z.object({ session: SessionStateView });
const Ids = z.object({ ids: z.array(z.string()) });
const OneId = z.object({ id: z.string() });

/** Waits until events and API show the same sessions and notifications; else shows where they differ. */
export async function expectScreenLikeApi(
  name: string,
  call: Caller,
  events: () => readonly ReceivedEvent[],
): Promise<void> {
  let shown: unknown;
  let wanted: unknown;
  const agree = async () => {
    const screen = screenOf(events());
    const sessions = await readSessions(call);
    const notifications = await readNotifications(call);
    shown = {
      sessions: [...screen.sessions.values()].sort(byId),
      notifications: screen.notifications.map(marksOf),
    };
    wanted = { sessions, notifications: notifications.map(marksOf) };
    return JSON.stringify(shown) === JSON.stringify(wanted);
  };
  await waitUntil(agree, `${name}'s screen to show what is so`).catch(() =>
    expect(shown, `${name}'s screen`).toEqual(wanted),
  );
}

/** Lays each event over what was there. */
function screenOf(events: readonly ReceivedEvent[]): Screen {
  const sessions = new Map<string, SessionStateView>();
  const notifications = new Map<string, Notification>();
  const mark = (ids: readonly string[], change: Partial<Notification>) => {
    for (const id of ids) {
      const known = notifications.get(id);
      if (known !== undefined) notifications.set(id, { ...known, ...change });
    }
  };
  for (const { type, payload, at } of events) {
    const when = new Date(at).toISOString();
    if (type === "session.opened" || type === "session.changed") {
      const { session } = SessionEvent.parse(payload);
      sessions.set(session.id, session);
    } else if (type === "session.removed") {
      sessions.delete(OneId.parse(payload).id);
    } else if (type === "notification.created") {
      const created = Notification.parse(payload);
      notifications.set(created.id, created);
    } else if (type === "notification.read") {
      mark(Ids.parse(payload).ids, { readAt: when });
    } else if (type === "notification.withdrawn") {
      mark([OneId.parse(payload).id], { withdrawnAt: when });
    }
  }
  return { sessions, notifications: [...notifications.values()].sort(byId) };
}

async function readSessions(call: Caller): Promise<readonly SessionStateView[]> {
  const { body } = await call("GET /sessions?state=all&limit=100");
  const { sessions } = SessionPage.parse(body);
  return sessions.map((session) => SessionStateView.parse(session)).sort(byId);
}

async function readNotifications(call: Caller): Promise<readonly Notification[]> {
  const { body } = await call("GET /notifications?limit=100");
  return Notification.array().parse(body.notifications).sort(byId);
}

/** When something was marked is not in the events, only that it was. */
function marksOf({ id, kind, waitNumber, readAt, withdrawnAt }: Notification) {
  return { id, kind, waitNumber, read: readAt !== null, withdrawn: withdrawnAt !== null };
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
