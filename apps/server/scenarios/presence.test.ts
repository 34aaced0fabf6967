/** clock.md §8, "Online", and what becomes of the sessions of who goes offline. */
import { afterEach, describe, expect, test } from "vitest";
import { openEventSocket } from "../src/testkit/event-socket.ts";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

let journey: Journey<"bao" | "lan">;
let anna: Customer;

afterEach(() => journey.end());

async function start(nodes?: readonly string[]): Promise<void> {
  journey = await startJourney({
    agents: ["bao", "lan"],
    settings: { reply: { enabled: true, limitMinutes: 60, warnMinutes: 5 } },
    ...(nodes === undefined ? {} : { nodes }),
  });
  anna = await journey.customer();
}

async function heldBy(agent: Agent): Promise<void> {
  await journey.until(
    async () => (await anna.session()).assigneeId === agent.id,
    `the session to be held by ${agent.name}`,
  );
}

async function presence(body: { whenOffline: string; autoAwayMinutes: number | null }) {
  await journey.admin.call("PUT /presence-settings", body);
}

async function isOnline(agent: Agent): Promise<boolean> {
  return (await memberOf(agent)).online;
}

async function memberOf(agent: Agent) {
  const { members } = (await journey.admin.call("GET /members")).body as {
    members: { id: string; status: string; autoAway: boolean; online: boolean }[];
  };
  const member = members.find(({ id }) => id === agent.id);
  if (member === undefined) throw new Error("no such member");
  return member;
}

/** Gone for longer than a page takes that is loaded anew. */
async function closesLaptop(agent: Agent): Promise<void> {
  await agent.disconnects();
  await journey.until(async () => !(await isOnline(agent)), `${agent.name} to be offline`);
  await journey.clock.advance({ seconds: 6 });
}

describe("a laptop that is closed in mid-wait", () => {
  test("leaves the session where it is, unless the business wants it moved", async () => {
    await start();
    const { bao } = journey.agents;
    await anna.writes();
    await heldBy(bao);
    await closesLaptop(bao);
    await journey.clock.advance({ minutes: 10 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
  });

  test("gives the session away at once, where it does; both are told and the wait goes on", async () => {
    await start();
    const { bao, lan } = journey.agents;
    await presence({ whenOffline: "reassign", autoAwayMinutes: null });
    await anna.writes();
    await heldBy(bao);
    const before = await anna.session();
    await closesLaptop(bao);
    await heldBy(lan);
    expect(await anna.session()).toMatchObject({
      wait: { startedAt: before.wait?.startedAt, tries: 0 },
      deadlines: { overdueAt: before.deadlines.overdueAt },
    });
    expect(await bao.told()).toContain("takenAway");
    expect(await lan.told()).toContain("assigned");
    expect((await anna.timeline()).at(-1)).toMatchObject({
      kind: "assigned",
      explanation: { reason: "offline", from: bao.id, to: lan.id },
    });
  });

  test("gives it away also when another node than held the socket does the work", async () => {
    await start(["http,realtime,outbox", "timers"]);
    const { bao, lan } = journey.agents;
    await presence({ whenOffline: "reassign", autoAwayMinutes: null });
    await anna.writes();
    await heldBy(bao);
    await closesLaptop(bao);
    await heldBy(lan);
  });
});

test("a member on two devices is one, on whatever node, and online until the last is gone", async () => {
  await start(["http,realtime,timers,outbox", "http,realtime"]);
  const { bao } = journey.agents;
  const { secret } = (await journey.admin.call("POST /tokens", { name: "phone", memberId: bao.id }))
    .body as { secret: string };
  const headers = { authorization: `Bearer ${secret}` };
  const phone = await openEventSocket(journey.url(1), { headers });
  expect(await isOnline(bao)).toBe(true);
  await bao.disconnects();
  await anna.writes();
  await heldBy(bao);
  expect(await isOnline(bao)).toBe(true);
  await phone.close();
  await journey.until(async () => !(await isOnline(bao)), "bao to be offline");
});

test("what went offline while nobody could move its sessions is found by who comes later", async () => {
  // Without somebody to do the work there is nobody to apply settings, either.
  journey = await startJourney({ agents: ["bao", "lan"], nodes: ["http,realtime,outbox"] });
  anna = await journey.customer();
  const { bao, lan } = journey.agents;
  await presence({ whenOffline: "reassign", autoAwayMinutes: null });
  await anna.writes();
  await heldBy(bao);
  await bao.disconnects();
  await journey.until(async () => !(await isOnline(bao)), "bao to be offline");
  await journey.clock.advance({ minutes: 1 });
  expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
  await journey.startServer("timers");
  await heldBy(lan);
});

test("presence survives a restart of the server: nobody was offline in between", async () => {
  await start();
  const { bao } = journey.agents;
  await presence({ whenOffline: "reassign", autoAwayMinutes: null });
  await anna.writes();
  await heldBy(bao);
  await journey.stopServers();
  await journey.clock.passUnattended({ minutes: 10 });
  await journey.startServer();
  expect(await isOnline(bao)).toBe(true);
  await bao.comesOnline();
  await journey.clock.advance({ minutes: 10 });
  await journey.settled();
  expect(await isOnline(bao)).toBe(true);
  expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
});

test("after an outage, the sessions of who doesn't come back move once the hold is over", async () => {
  await start();
  const { bao, lan } = journey.agents;
  await presence({ whenOffline: "reassign", autoAwayMinutes: null });
  await anna.writes();
  await heldBy(bao);
  await journey.stopServers();
  await journey.clock.passUnattended({ minutes: 10 });
  await journey.startServer();
  await lan.comesOnline();
  await journey.settled();
  expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
  await journey.db.query(
    "update member_connections set seen_at = seen_at - 600000 where member_id = $1",
    [bao.id],
  );
  await journey.clock.advance({ seconds: 61 });
  // A node that starts sweeps at once.
  await journey.startServer("realtime");
  await heldBy(lan);
});

test("a member who is idle is away, gets nothing, and is back with their next activity", async () => {
  await start();
  const { bao, lan } = journey.agents;
  await lan.goesOffline();
  await presence({ whenOffline: "keep", autoAwayMinutes: 5 });
  await journey.clock.advance({ minutes: 6, seconds: 1 });
  // A node that starts sweeps at once.
  await journey.startServer("realtime");
  await journey.until(async () => (await memberOf(bao)).autoAway, "bao to be away");
  expect(await memberOf(bao)).toMatchObject({ status: "away", online: false });
  await anna.writes();
  expect(await anna.session()).toMatchObject({ assigneeId: null });
  const { secret } = (
    await journey.admin.call("POST /tokens", { name: "laptop", memberId: bao.id })
  ).body as { secret: string };
  const headers = { authorization: `Bearer ${secret}` };
  const screen = await openEventSocket(journey.url(), { headers });
  expect(await memberOf(bao)).toMatchObject({ autoAway: true });
  for (const said of ["", "hello", "[1]", "null", '{"type":"idle"}']) screen.ws.send(said);
  screen.ws.send('{"type":"active"}');
  await heldBy(bao);
  expect(await memberOf(bao)).toMatchObject({ status: "available", autoAway: false, online: true });
  await screen.close();
});
