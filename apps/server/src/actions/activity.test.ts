import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { COMMAND_LINE } from "../store/audit-log.ts";
import { readMember } from "../store/members.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { presentMember } from "../views/member.ts";
import { awayIdleMembers, noteActivity } from "./activity.ts";
import type { MemberIdentity } from "./deps.ts";
import { connectMember, disconnectMember, setStatus } from "./presence.ts";
import { savePresenceSettings } from "./save-presence-settings.ts";

let shop: TestBusiness;
let anna: MemberIdentity;
let hired = 0;

beforeAll(async () => {
  shop = await createTestBusiness();
});
beforeEach(async () => {
  await shop.deps.db.query("delete from member_connections");
  await autoAway(null);
  await autoAway(5);
  hired += 1;
  anna = await shop.hire(`Anna${hired}`);
});
afterAll(() => shop.close());

describe("a member who is idle", () => {
  test("counts as away after the minutes set, and one at most", async () => {
    await idleFor(5);
    expect(await shown()).toEqual({ status: "available", autoAway: false, online: true });
    await idleFor(1);
    expect(await shown()).toEqual({ status: "away", autoAway: true, online: false });
  });

  test("is available again at their next activity, which is told", async () => {
    await idleFor(6);
    await act();
    expect(await shown()).toEqual({ status: "available", autoAway: false, online: true });
    expect(await told()).toEqual(["away", "available"]);
  });

  test("is not away while they are active on one of their devices", async () => {
    for (let minute = 0; minute < 8; minute += 1) {
      await idleFor(2);
      await act();
    }
    expect(await shown()).toMatchObject({ status: "available" });
    expect(await told()).toEqual([]);
  });

  test("stays away when only their connection comes back", async () => {
    await idleFor(6);
    await connectMember(shop.deps, newId(), connection());
    expect(await shown()).toMatchObject({ status: "away", autoAway: true });
  });

  test("counts as away in time though their connection breaks and comes back by itself", async () => {
    for (let minute = 0; minute < 6; minute += 2) {
      await idleFor(2);
      await connectMember(shop.deps, newId(), connection(), { resumes: true });
    }
    await idleFor(1);
    expect(await shown()).toMatchObject({ status: "away", autoAway: true });
  });

  test("is told of once, by whichever node finds it first", async () => {
    await shop.clock.advance({ minutes: 6 });
    await Promise.all([awayIdleMembers(shop.deps), awayIdleMembers(shop.deps)]);
    expect(await told()).toEqual(["away"]);
  });
});

test("the member as they were told of is the member as they are", async () => {
  for (const change of [() => idleFor(6), act]) {
    await change();
    const [event] = await shop.deps.db.query<{ member: Record<string, unknown> }>(
      `select payload::json->'member' as member from events
       where type = 'member.updated' order by id desc limit 1`,
    );
    const row = await readMember(shop.deps.db, shop.accountId, anna.id);
    if (row === null) throw new Error("Anna is gone");
    const { openSessions: _counted, ...member } = presentMember(row);
    expect(event?.member).toEqual(member);
  }
});

describe("a status that a member chose", () => {
  test.each(["away", "offline"] as const)("%s is not overridden by activity", async (status) => {
    await setStatus(shop.deps, { member: anna, status });
    await idleFor(10);
    await act();
    expect(await shown()).toMatchObject({ status, autoAway: false });
  });

  test("ends being away automatically", async () => {
    await idleFor(6);
    await setStatus(shop.deps, { member: anna, status: "available" });
    await idleFor(4);
    expect(await shown()).toMatchObject({ status: "available", autoAway: false });
  });
});

test("activity is written at most once in 30 s", async () => {
  await shop.clock.advance({ seconds: 31 });
  await act();
  const [first] = await activeAt();
  await shop.clock.advance({ seconds: 29 });
  await act();
  expect(await activeAt()).toEqual([first]);
  await shop.clock.advance({ seconds: 2 });
  await act();
  expect(await activeAt()).not.toEqual([first]);
});

test("nobody is idle for the time of an outage", async () => {
  await shop.deps.db.query("delete from nodes");
  await shop.deps.db.query(
    `insert into nodes (id, started_at, heartbeat_at, roles) values ($1, 0, now_ms(), '{}')`,
    [newId()],
  );
  await shop.clock.passUnattended({ seconds: 3_600 });
  await awayIdleMembers(shop.deps);
  expect(await told()).toEqual([]);
  await shop.deps.db.query("delete from nodes");
});

describe("the setting", () => {
  test("counts from when it is switched on", async () => {
    await autoAway(null);
    await idleFor(60);
    await autoAway(5);
    await idleFor(4);
    expect(await shown()).toMatchObject({ status: "available" });
  });

  test("switched off while somebody was being made away, lets their next activity bring them back", async () => {
    await autoAway(null);
    await shop.deps.db.query("update members set auto_away_at = now_ms() where id = $1", [anna.id]);
    await act();
    expect(await shown()).toEqual({ status: "available", autoAway: false, online: true });
  });

  test("brings everybody back when it is switched off", async () => {
    await idleFor(6);
    await autoAway(null);
    expect(await shown()).toMatchObject({ status: "available", autoAway: false });
    expect(await told()).toEqual(["away", "available"]);
    await idleFor(60);
    expect(await shown()).toMatchObject({ status: "available" });
  });
});

test("somebody who is not there is not made away, and starts anew when they come", async () => {
  await shop.deps.db.query("delete from member_connections");
  await shop.clock.advance({ minutes: 60 });
  await awayIdleMembers(shop.deps);
  const mine = connection();
  await connectMember(shop.deps, newId(), mine);
  await idleFor(4);
  expect(await shown()).toMatchObject({ status: "available", online: true });
  await disconnectMember(shop.deps, mine);
});

async function autoAway(autoAwayMinutes: number | null): Promise<void> {
  const author = { accountId: shop.accountId, by: COMMAND_LINE };
  await savePresenceSettings(shop.deps, author, { whenOffline: "keep", autoAwayMinutes });
}

/** Minutes pass in which sockets stay and nobody does anything. */
async function idleFor(minutes: number): Promise<void> {
  await shop.clock.advance({ minutes, ms: 1 });
  await awayIdleMembers(shop.deps);
}

async function act(): Promise<void> {
  await noteActivity(shop.deps, { accountId: shop.accountId, memberId: anna.id });
}

function connection() {
  return { accountId: shop.accountId, memberId: anna.id, id: newId() };
}

async function shown() {
  const row = await readMember(shop.deps.db, shop.accountId, anna.id);
  return { status: row?.status, autoAway: row?.auto_away, online: row?.online };
}

async function activeAt(): Promise<unknown[]> {
  return await shop.deps.db.query("select active_at from members where id = $1", [anna.id]);
}

/** The statuses that the event log told of since Anna was hired and came online. */
async function told(): Promise<string[]> {
  const rows = await shop.deps.db.query<{ status: string }>(
    `select payload::json->'member'->>'status' as status from events
     where type = 'member.updated' and payload::json->'member'->>'id' = $1 order by id`,
    [anna.id],
  );
  return rows.map((row) => row.status).slice(2);
}
