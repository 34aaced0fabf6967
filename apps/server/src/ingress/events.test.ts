import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { MemberIdentity } from "../actions/deps.ts";
import { setStatus } from "../actions/presence.ts";
import { RealtimeHub } from "../loops/realtime-hub.ts";
import { PresenceKeeper } from "../loops/realtime-hub-presence.ts";
import { createSignals, type LiveSignals } from "../loops/signals.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { writeAccessChanged } from "../store/account-events.ts";
import { type EventSocket, openEventSocket, refusedHandshake } from "../testkit/event-socket.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { type EventsLimits, openEventsDoor } from "./events.ts";

const HOUR_MS = 3_600_000;
const logger = createLogger("silent");
let database: TestDatabase;
let signals: LiveSignals;
let node: Awaited<ReturnType<typeof startNode>>;
const sockets: EventSocket[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  signals = await createSignals(database.db, logger);
});
beforeEach(async () => {
  node = await startNode();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.ws.terminate();
  await node.stop();
});
afterAll(async () => {
  await signals.stop();
  await database.drop();
});

describe("a supervisor's screen", () => {
  test("gets what commits from now on, and nothing of another business", async () => {
    const anna = await addMember();
    const socket = await connect(anna);
    await commitEvent(newId());
    const ids = [await commitEvent(anna.accountId), await commitEvent(anna.accountId)];
    await socket.until(({ events }) => events.length === 2);
    expect(socket.messages[0]).toMatchObject({ type: "hello", memberId: anna.id });
    expect(socket.events.map((event) => event.id)).toEqual(ids);
    expect(socket.events[0]).toEqual({
      id: ids[0],
      type: "session.updated",
      sessionId: expect.any(String),
      at: expect.any(Number),
      payload: { id: socket.events[0]?.sessionId, tags: ["wörld"] },
    });
  });

  test("says whether its member looks at it, and nothing else that anybody hears", async () => {
    const anna = await addMember();
    const socket = await connect(anna);
    const visible = async () => {
      const rows = await database.db.query<{ visible: boolean }>(
        "select visible from member_connections where member_id = $1",
        [anna.id],
      );
      return rows.map((row) => row.visible);
    };
    expect(await visible()).toEqual([false]);
    for (const nonsense of ["{", "[]", '{"type":"visible"}', '{"type":"shutdown"}', "null"]) {
      socket.ws.send(nonsense);
    }
    socket.ws.send(JSON.stringify({ type: "visible", visible: true }));
    await expect.poll(visible).toEqual([true]);
    for (let flicker = 0; flicker < 51; flicker++) {
      socket.ws.send(JSON.stringify({ type: "visible", visible: flicker % 2 === 1 }));
    }
    await expect.poll(visible, { timeout: 5_000 }).toEqual([false]);
  });

  test("gets notifications only if they are its member's own", async () => {
    const anna = await addMember();
    const ben = await addMember(anna.accountId);
    const [annas, bens] = [await connect(anna), await connect(ben)];
    const own = await commitEvent(anna.accountId, anna.id);
    const all = await commitEvent(anna.accountId);
    await annas.until(({ events }) => events.length === 2);
    await bens.until(({ events }) => events.length === 1);
    expect(annas.events.map((event) => event.id)).toEqual([own, all]);
    expect(bens.events.map((event) => event.id)).toEqual([all]);
  });

  test("that was away gets what it missed, once, and then goes on live", async () => {
    const anna = await addMember();
    const before = await connect(anna);
    const seen = await commitEvent(anna.accountId);
    await before.until(({ events }) => events.length === 1);
    await before.close();
    const missed = [await commitEvent(anna.accountId), await commitEvent(anna.accountId, anna.id)];
    await commitEvent(anna.accountId, newId());

    const after = await connect(anna, { cursor: before.cursor() });
    const live = await commitEvent(anna.accountId);
    await after.until(({ events }) => events.some((event) => event.id === live));
    expect(before.events.map((event) => event.id)).toEqual([seen]);
    expect(after.events.map((event) => event.id)).toEqual([...missed, live]);
  });

  test("that reconnects again and again in a storm misses nothing and sees nothing twice", async () => {
    const anna = await addMember();
    const received: number[] = [];
    let cursor = (await connect(anna)).cursor();
    let writing = true;
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      const ids: number[] = [];
      while (writing) ids.push(...(await commitSlowly(anna.accountId, writer)));
      return ids;
    });
    for (let times = 0; times < 40; times += 1) {
      const socket = await connect(anna, { cursor });
      await socket.until(({ events }) => events.length > 20 * (times % 3));
      socket.ws.terminate();
      received.push(...idsOf(socket));
      cursor = socket.cursor();
    }
    writing = false;
    const expected = (await Promise.all(writers)).flat();
    const last = await connect(anna, { cursor });
    const rest = new Set(expected).difference(new Set(received));
    await last.until(({ events }) => events.length >= rest.size);
    received.push(...idsOf(last));
    expect(expected.length).toBeGreaterThan(500);
    expect(received.toSorted(byNumber)).toEqual(expected.toSorted(byNumber));
  });

  test("is told to load afresh when its cursor is of no use, and stays connected", async () => {
    const anna = await addMember();
    const socket = await connect(anna, { cursor: "yesterday" });
    await socket.until(({ messages }) => messages.length === 2);
    expect(socket.messages.map((message) => message.type)).toEqual(["hello", "resync"]);
    const id = await commitEvent(anna.accountId);
    await socket.until(({ events }) => events.length === 1);
    expect(socket.events[0]?.id).toBe(id);
  });

  test("is told to load afresh when the database was restored", async () => {
    const anna = await addMember();
    const socket = await connect(anna);
    await database.db.query("update event_epoch set system_identifier = 'elsewhere'");
    signals.events();
    await socket.until(({ messages }) => messages.some((message) => message.type === "resync"));
    const id = await commitEvent(anna.accountId);
    await socket.until(({ events }) => events.length === 1);
    expect(socket.events[0]?.id).toBe(id);
  });
});

describe("a member with a live socket", () => {
  test("was active when they opened the page, and not when its connection comes back", async () => {
    const anna = await addMember();
    await database.db.query(
      "insert into accounts (id, name, auto_away_minutes, created_at) values ($1, 'Shop', 5, 0)",
      [anna.accountId],
    );
    const activeAt = () =>
      database.db.query("select active_at from members where id = $1", [anna.id]);
    const page = await connect(anna);
    const [arrival] = await activeAt();
    expect(arrival).toEqual({ active_at: expect.any(Number) });
    await page.close();
    await connect(anna, { cursor: page.cursor() });
    expect(await activeAt()).toEqual([arrival]);
  });

  test("is online while available, and everybody is told when the last socket closes", async () => {
    const anna = await addMember();
    const ben = await addMember(anna.accountId, "available");
    const watching = await connect(anna);
    const [first, second] = [await connect(ben), await connect(ben)];
    expect(second.messages[0]).toMatchObject({ online: [ben.id] });
    await first.close();
    await second.close();
    await watching.until(({ events }) => events.length === 2);
    expect(watching.events.map(({ type, payload }) => ({ type, payload }))).toMatchObject([
      { type: "member.updated", payload: { member: { id: ben.id, online: true } } },
      { type: "member.updated", payload: { member: { id: ben.id, online: false } } },
    ]);
  });

  test("is told of a new status", async () => {
    const anna = await addMember();
    const socket = await connect(anna);
    await setStatus({ db: database.db, signals }, { member: anna, status: "available" });
    await socket.until(({ events }) => events.length === 1);
    expect(socket.events[0]?.payload).toMatchObject({
      member: { status: "available", online: true },
    });
  });

  test("stays online when the server goes away, which says good-bye with 1001", async () => {
    const anna = await addMember(newId(), "available");
    const socket = await connect(anna);
    await node.stop();
    expect(await socket.closed).toBe(1001);
    const rows = await database.db.query("select 1 from member_connections where member_id = $1", [
      anna.id,
    ]);
    expect(rows).toHaveLength(1);
  });
});

describe("the door stays shut", () => {
  test("for somebody unknown, and for another path", async () => {
    expect(await refusedHandshake(node.url, "/api/v1/events", {})).toMatchObject({
      status: 401,
      body: { code: "not_authenticated" },
    });
    expect(await refusedHandshake(node.url, "/somewhere", {})).toMatchObject({ status: 404 });
  });

  test("for a page of another site that uses a member's cookie", async () => {
    const anna = await addMember();
    const cookie = { cookie: `member=${anna.id}` };
    const elsewhere = { ...cookie, origin: "https://evil.example" };
    expect(await refusedHandshake(node.url, "/api/v1/events", elsewhere)).toMatchObject({
      status: 403,
      body: { code: "not_allowed" },
    });
    sockets.push(
      await openEventSocket(node.url, { headers: { ...cookie, origin: "https://chat.example" } }),
      await openEventSocket(node.url, { headers: { ...cookie, origin: node.url } }),
    );
  });

  test("for a member who has too many connections open", async () => {
    await node.stop();
    node = await startNode({ connectionsPerMember: 2 });
    const anna = await addMember();
    await connect(anna);
    const second = await connect(anna);
    expect(await refusedHandshake(node.url, "/api/v1/events", bearer(anna))).toMatchObject({
      status: 429,
    });
    await second.close();
    await connect(anna);
  });
});

describe("a connection is ended", () => {
  test("when the client no longer answers", async () => {
    await node.stop();
    node = await startNode({ pingEveryMs: 10 });
    const anna = await addMember();
    const alive = await connect(anna);
    const dead = new WebSocket(`${node.url}/api/v1/events`, {
      headers: bearer(anna),
      autoPong: false,
    });
    dead.on("error", () => undefined);
    const [code] = await once(dead, "close");
    expect(code).toBe(1006);
    expect(alive.ws.readyState).toBe(alive.ws.OPEN);
  });

  test("when the member is logged out", async () => {
    await node.stop();
    node = await startNode({ recheckEveryMs: 10 });
    const anna = await addMember();
    const socket = await connect(anna);
    node.members.delete(anna.id);
    expect(await socket.closed).toBe(1008);
  });

  test("as soon as the log says that the login ended, or that the role is another one", async () => {
    await node.stop();
    node = await startNode({ recheckEveryMs: HOUR_MS, firstRecheckMs: HOUR_MS });
    const [anna, ben, cem] = [await addMember(), await addMember(), await addMember()];
    const sockets = [await connect(anna), await connect(ben), await connect(cem)] as const;
    node.members.delete(anna.id);
    node.members.set(ben.id, { ...ben, role: "agent" });
    for (const { accountId, id: memberId } of [anna, ben, cem]) {
      await database.db.transaction(async (tx) => writeAccessChanged(tx, { accountId, memberId }));
    }
    signals.events();
    expect(await sockets[0].closed).toBe(1008);
    expect(await sockets[1].closed).toBe(1012);
    await sockets[2].until(({ events }) => events.some(({ type }) => type === "access.changed"));
    expect(sockets[2].ws.readyState).toBe(sockets[2].ws.OPEN);
  });

  test("soon after it was let in by what was remembered of a login that had ended", async () => {
    await node.stop();
    node = await startNode({ recheckEveryMs: HOUR_MS, firstRecheckMs: 1_000 });
    const anna = await addMember();
    const socket = await connect(anna);
    node.members.delete(anna.id);
    expect(await socket.closed).toBe(1008);
  });

  test("when the client sends a message of absurd size", async () => {
    const socket = await connect(await addMember());
    socket.ws.send("x".repeat(5_000));
    expect(await socket.closed).toBe(1009);
  });

  test("when the client can't keep up, and its next connection resumes", async () => {
    await node.stop();
    node = await startNode({}, 500_000);
    const anna = await addMember();
    const slow = await connect(anna);
    slow.ws.pause();
    const ids: number[] = [];
    const left = node.leaving();
    let gone = false;
    void left.then(() => {
      gone = true;
    });
    while (!gone) ids.push(await commitEvent(anna.accountId, null, "x".repeat(200_000)));
    slow.ws.resume();
    await slow.closed;
    const got = [...slow.events];
    // On a busy machine the next one may be cut as well: a client goes on until it has everything.
    for (let cursor = slow.cursor(); got.length < ids.length; ) {
      const next = await connect(anna, { cursor });
      const whole = next.until(({ events }) => got.length + events.length === ids.length);
      await whole.catch(() => undefined);
      got.push(...next.events);
      cursor = next.cursor();
    }
    expect(got.map((event) => event.id)).toEqual(ids);
  });
});

async function startNode(limits: Partial<EventsLimits> = {}, maxBufferedBytes?: number) {
  const { db } = database;
  const presence = new PresenceKeeper({ deps: { db, logger, signals }, nodeId: newId() });
  const hub = new RealtimeHub({
    db,
    logger,
    signals,
    presence,
    ...(maxBufferedBytes === undefined ? {} : { maxBufferedBytes }),
  });
  const members = new Map<string, MemberIdentity>();
  const server = createServer();
  let onLeave: () => void = () => undefined;
  const close = openEventsDoor({
    onActivity: () => undefined,
    server,
    logger,
    limits,
    publicUrl: "https://chat.example",
    hub: {
      join: (joining) => {
        const { leave, ...rest } = hub.join(joining);
        return {
          ...rest,
          leave: () => {
            leave();
            onLeave();
          },
        };
      },
    },
    authenticate: async ({ headers }: IncomingMessage) => {
      const proof = headers.authorization ?? headers.cookie ?? "";
      return members.get(proof.replace(/^(Bearer |member=)/, "")) ?? null;
    },
  });
  hub.start();
  return {
    url: await listen(server),
    members,
    /** Settles when the next socket has gone. */
    leaving: () =>
      new Promise<void>((resolve) => {
        onLeave = resolve;
      }),
    stop: async () => {
      close();
      await hub.stop();
      await presence.stop();
      server.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function addMember(accountId = newId(), status = "offline"): Promise<MemberIdentity> {
  const id = newId();
  const member: MemberIdentity = {
    accountId,
    id,
    role: "supervisor",
    name: "Anna",
    email: `${id}@shop.example`,
  };
  await database.db.query(
    `insert into members (account_id, id, email, name, role, status, created_at)
     values ($1, $2, $3, $4, $5, $6, now_ms())`,
    [accountId, id, member.email, member.name, member.role, status],
  );
  node.members.set(id, member);
  return member;
}

function bearer(member: MemberIdentity): Record<string, string> {
  return { authorization: `Bearer ${member.id}` };
}

async function connect(
  member: MemberIdentity,
  options: { readonly cursor?: string } = {},
): Promise<EventSocket> {
  node.members.set(member.id, member);
  const socket = await openEventSocket(node.url, { ...options, headers: bearer(member) });
  sockets.push(socket);
  return socket;
}

async function commitEvent(
  accountId: string,
  memberId: string | null = null,
  tag = "wörld",
): Promise<number> {
  const sessionId = newId();
  const [row] = await database.db.query<{ id: number }>(
    `insert into events (account_id, type, session_id, member_id, at, payload)
     values ($1, 'session.updated', $2, $3, now_ms(), $4) returning id`,
    [accountId, sessionId, memberId, JSON.stringify({ id: sessionId, tags: [tag] })],
  );
  signals.events();
  return row?.id ?? 0;
}

/** A transaction that holds its first event back while others commit. */
async function commitSlowly(accountId: string, writer: number): Promise<number[]> {
  const ids = await database.db.transaction(async (tx) => {
    const written: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const [row] = await tx.query<{ id: number }>(
        `insert into events (account_id, type, at, payload)
         values ($1, 'tags.updated', now_ms(), '{}') returning id`,
        [accountId],
      );
      if (row !== undefined) written.push(row.id);
      if (writer < 2) await tx.query("select pg_sleep(random() * 0.01)");
    }
    return written;
  });
  signals.events();
  return ids;
}

function idsOf(socket: EventSocket): number[] {
  return socket.events.map((event) => event.id);
}

function byNumber(a: number, b: number): number {
  return a - b;
}
