import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { type Connection, readOnlineMembers } from "../store/presence.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import type { MemberIdentity, Signals } from "./deps.ts";
import {
  connectMember,
  disconnectMember,
  setStatus,
  sweepConnections,
  touchConnections,
} from "./presence.ts";

const SECOND = 1_000;
let database: TestDatabase;
let account: string;
let linesWoken: (string | null)[];
let deps: Parameters<typeof setStatus>[0];

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  account = newId();
  linesWoken = [];
  const quiet = () => undefined;
  const signals: Signals = {
    deadlineAt: quiet,
    outbox: quiet,
    events: quiet,
    settings: quiet,
    mail: quiet,
    alerts: quiet,
    access: quiet,
    line: (accountId) => linesWoken.push(accountId),
  };
  deps = { db: database.db, signals };
  await database.db.query("delete from member_connections");
  await database.db.query("delete from outages");
  await database.db.query("delete from nodes");
});
afterAll(() => database.drop());

describe("a member is online", () => {
  test("only with a live connection and the status available", async () => {
    const anna = await addMember("away");
    await connect(anna);
    expect(await online()).toEqual([]);
    expect(await setStatus(deps, { member: anna, status: "available" })).toEqual({
      status: "available",
      online: true,
    });
    expect(await online()).toEqual([anna.id]);
    await setStatus(deps, { member: anna, status: "offline" });
    expect(await online()).toEqual([]);
  });

  test("until the last of their sockets has gone", async () => {
    const anna = await addMember();
    const [laptop, phone] = [await connect(anna), await connect(anna)];
    await disconnectMember(deps, laptop);
    expect(await online()).toEqual([anna.id]);
    await disconnectMember(deps, phone);
    expect(await online()).toEqual([]);
    expect(await told(anna)).toEqual([true, false]);
  });

  test("not any more after 60 s without a heartbeat, which is told once", async () => {
    const anna = await addMember();
    const connection = await connect(anna);
    await lastSeen(connection, 59 * SECOND);
    expect(await sweepConnections(deps)).toBe(0);
    expect(await online()).toEqual([anna.id]);

    await lastSeen(connection, 61 * SECOND);
    expect(await online()).toEqual([]);
    linesWoken = [];
    await Promise.all([sweepConnections(deps), sweepConnections(deps)]);
    expect(await told(anna)).toEqual([true, false]);
    expect(linesWoken).toEqual([account]);
  });

  test("again when a heartbeat comes after all", async () => {
    const anna = await addMember();
    const connection = await connect(anna);
    await lastSeen(connection, 61 * SECOND);
    await sweepConnections(deps);
    await touchConnections(deps, newId(), [connection]);
    expect(await online()).toEqual([anna.id]);
    expect(await told(anna)).toEqual([true, false, true]);
  });

  test("not any more when they leave before the lapse of their connection was noticed", async () => {
    const anna = await addMember();
    const connection = await connect(anna);
    await lastSeen(connection, 61 * SECOND);
    linesWoken = [];
    await disconnectMember(deps, connection);
    await sweepConnections(deps);
    expect(await told(anna)).toEqual([true, false]);
    expect(linesWoken).toEqual([account]);
  });

  test("no more when the sweep found the lapse first, which is told once", async () => {
    const anna = await addMember();
    const connection = await connect(anna);
    await lastSeen(connection, 61 * SECOND);
    await sweepConnections(deps);
    await disconnectMember(deps, connection);
    expect(await told(anna)).toEqual([true, false]);
  });

  test("not when deactivated", async () => {
    const anna = await addMember();
    await connect(anna);
    await database.db.query("update members set active = false where id = $1", [anna.id]);
    expect(await online()).toEqual([]);
  });
});

describe("whoever was online when an outage began", () => {
  test("counts as online until 60 s after it was noticed", async () => {
    const anna = await addMember();
    const ben = await addMember();
    await lastSeen(await connect(anna), 10 * 60 * SECOND);
    await lastSeen(await connect(ben), 12 * 60 * SECOND);
    await noteOutage(10 * 60 * SECOND, 59 * SECOND);
    expect(await online()).toEqual([anna.id]);
    await sweepConnections(deps);
    expect(await online()).toEqual([anna.id]);

    await noteOutage(10 * 60 * SECOND, 61 * SECOND);
    expect(await online()).toEqual([]);
  });

  test("counts as online even before a node has noticed the outage", async () => {
    const anna = await addMember();
    await lastSeen(await connect(anna), 10 * 60 * SECOND);
    await database.db.query(
      `insert into nodes (id, started_at, heartbeat_at, roles)
       values ($1, 0, now_ms() - 600000, '{}')`,
      [newId()],
    );
    await sweepConnections(deps);
    expect(await online()).toEqual([anna.id]);
  });
});

test("two sockets that close at the same moment leave the member offline, told once", async () => {
  const anna = await addMember();
  for (let times = 0; times < 10; times += 1) {
    const [a, b] = [await connect(anna), await connect(anna)];
    await Promise.all([disconnectMember(deps, a), disconnectMember(deps, b)]);
  }
  expect(await told(anna)).toEqual(Array.from({ length: 20 }, (_, n) => n % 2 === 0));
});

test("one heartbeat refreshes the sockets of a whole node", async () => {
  const members = await Promise.all([addMember(), addMember(), addMember()]);
  const connections = await Promise.all(members.map(connect));
  for (const connection of connections) await lastSeen(connection, 50 * SECOND);
  await touchConnections(deps, newId(), connections);
  const [row] = await database.db.query(
    "select now_ms() - min(seen_at) < 5000 as fresh from member_connections",
  );
  expect(row).toEqual({ fresh: true });
});

async function addMember(status = "available"): Promise<MemberIdentity> {
  const id = newId();
  const email = `${id}@shop.example`;
  await database.db.query(
    `insert into members (account_id, id, email, name, role, status, created_at)
     values ($1, $2, $3, 'Anna', 'agent', $4, now_ms())`,
    [account, id, email, status],
  );
  return { accountId: account, id, role: "agent", name: "Anna", email };
}

async function connect(member: MemberIdentity): Promise<Connection> {
  const connection = { accountId: member.accountId, memberId: member.id, id: newId() };
  await connectMember(deps, newId(), connection);
  return connection;
}

async function lastSeen(connection: Connection, agoMs: number): Promise<void> {
  await database.db.query("update member_connections set seen_at = now_ms() - $2 where id = $1", [
    connection.id,
    agoMs,
  ]);
}

async function noteOutage(beganAgoMs: number, detectedAgoMs: number): Promise<void> {
  await database.db.query("delete from outages");
  await database.db.query(
    "insert into outages (began_at, detected_at) values (now_ms() - $1, now_ms() - $2)",
    [beganAgoMs, detectedAgoMs],
  );
}

async function online(): Promise<string[]> {
  return await database.db.readAs(account, (read) => readOnlineMembers(read, account));
}

/** What the event log said about whether this member is online, in order. */
async function told(member: MemberIdentity): Promise<boolean[]> {
  const rows = await database.db.query<{ online: boolean }>(
    `select (payload::json -> 'member' ->> 'online')::boolean as online from events
     where type = 'member.updated' and payload::json -> 'member' ->> 'id' = $1 order by id`,
    [member.id],
  );
  return rows.map((row) => row.online);
}
