import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RealtimeHub } from "../loops/realtime-hub.ts";
import { createSignals } from "../loops/signals.ts";
import { type EventSocket, openEventSocket } from "../testkit/event-socket.ts";
import {
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../testkit/test-api.ts";
import { openEventsDoor } from "./events.ts";

type Node = Awaited<ReturnType<typeof startNode>>;

let api: TestApi;
let acme: TestTenant;
let rival: TestTenant;
let here: Node;
let there: Node;
/** Ann's; Bob doesn't see it. */
let session: string;
const sockets: EventSocket[] = [];

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
  rival = await api.createTenant("Rival");
  here = await startNode();
  there = await startNode();
});

let customers = 0;

beforeEach(async () => {
  customers += 1;
  session = await acme.customerWrites(`49170${customers}`);
  await acme.supervisor.call(`POST /sessions/${session}/assignee`, {
    body: { memberId: acme.agent.id },
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) await socket.close();
});

afterAll(async () => {
  await here.stop();
  await there.stop();
  await api.close();
});

/** A node of its own: a hub, its door, and signals that other nodes hear. */
async function startNode() {
  const { db, logger } = api.deps;
  const signals = await createSignals(db, logger);
  const presence = {
    add: () => ({ ready: Promise.resolve(), show: () => undefined, leave: () => undefined }),
  };
  const hub = new RealtimeHub({ db, logger, signals, presence });
  const server = createServer();
  const closeDoor = openEventsDoor({
    server,
    hub,
    logger,
    publicUrl: "http://punctual.test",
    onActivity: () => undefined,
    authenticate: async ({ headers }) => (await api.auth.identify(headers))?.member ?? null,
  });
  hub.start();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      closeDoor();
      await hub.stop();
      await signals.stop();
      server.close();
    },
  };
}

async function connect(member: TestMember, node: Node): Promise<EventSocket> {
  const headers = { authorization: `Bearer ${member.token}` };
  const socket = await openEventSocket(node.url, { headers });
  sockets.push(socket);
  return socket;
}

function say(socket: EventSocket, sessionId: string, typing?: boolean): void {
  socket.ws.send(JSON.stringify({ type: "typing", sessionId, typing }));
}

function heard({ messages }: EventSocket) {
  return messages.filter((message) => message.type === "typing");
}

async function hears(socket: EventSocket, count = 1) {
  await socket.until((each) => heard(each).length >= count);
  return heard(socket);
}

describe("who types", () => {
  test.each(["on the same node", "on another node"])("is told to a colleague %s", async (where) => {
    const ann = await connect(acme.agent, here);
    const sue = await connect(acme.supervisor, where === "on another node" ? there : here);
    const annTypes = { type: "typing", sessionId: session, memberId: acme.agent.id };
    say(ann, session);
    expect(await hears(sue)).toEqual([{ ...annTypes, typing: true }]);
    say(ann, session, false);
    expect((await hears(sue, 2)).at(-1)).toEqual({ ...annTypes, typing: false });
  });

  test("is told neither to themself, nor to who doesn't see the session, nor elsewhere", async () => {
    const ann = await connect(acme.agent, here);
    const others = [
      await connect(acme.agent, here),
      await connect(acme.otherAgent, here),
      await connect(rival.admin, here),
    ];
    const sue = await connect(acme.supervisor, here);
    say(ann, session);
    await hears(sue);
    // What was told of this one came before anything that is told of the next.
    const free = await acme.customerWrites(`49171${customers}`);
    say(sue, free);
    expect(await hears(others[1] as EventSocket)).toMatchObject([{ sessionId: free }]);
    expect(await hears(others[0] as EventSocket)).toMatchObject([{ sessionId: free }]);
    expect(heard(others[2] as EventSocket)).toEqual([]);
    expect(heard(ann)).toMatchObject([{ sessionId: free }]);
  });

  test("can't be said of a session that one doesn't see", async () => {
    const bob = await connect(acme.otherAgent, here);
    const foreign = await connect(rival.admin, here);
    const sue = await connect(acme.supervisor, here);
    say(bob, session);
    say(foreign, session);
    const free = await acme.customerWrites(`49172${customers}`);
    await expect
      .poll(() => {
        say(bob, free);
        return heard(sue).length;
      })
      .toBeGreaterThan(0);
    expect(heard(sue)).toMatchObject([{ sessionId: free, memberId: acme.otherAgent.id }]);
  });

  test("is told once, however fast they type", async () => {
    const ann = await connect(acme.agent, here);
    const sue = await connect(acme.supervisor, here);
    for (let key = 0; key < 50; key++) say(ann, session);
    say(ann, session, false);
    expect((await hears(sue, 2)).map(({ typing }) => typing)).toEqual([true, false]);
  });

  test("is told to have stopped when their screen is gone", async () => {
    const ann = await connect(acme.agent, here);
    const sue = await connect(acme.supervisor, here);
    say(ann, session);
    await hears(sue);
    await ann.close();
    expect((await hears(sue, 2)).map(({ typing }) => typing)).toEqual([true, false]);
  });
});
