/** Webhooks come twice, late, in any order, many at once, or after we were away (clock.md §4.7, §9.8). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";
import { tellStatus } from "../src/testkit/journey-status.ts";

let journey: Journey<"bao">;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao"],
    settings: {
      closure: { enabled: true, afterMinutes: 30, message: "Bye" },
      reply: { enabled: true, limitMinutes: 60, warnMinutes: 5 },
    },
  });
  anna = await journey.customer();
});
afterEach(() => journey.end());

async function storedIds(): Promise<readonly unknown[]> {
  const rows = await journey.db.query<{ external_id: string }>(
    "select external_id from messages where kind = 'inbound' order by seq",
  );
  return rows.map((row) => row.external_id);
}

describe("a message that comes twice", () => {
  test("is one message, five times in the same moment as well", async () => {
    await journey.whatsapp.setFault({ kind: "duplicate", copies: 5, concurrent: true });
    const { id } = await anna.writes();
    await journey.whatsapp.waitUntilIdle();
    expect(await storedIds()).toEqual([id]);
    expect(await anna.acts()).toEqual(["opened", "waitStarted", "assigned"]);
  });

  test("after it was answered starts nothing", async () => {
    const { id, stamp } = await anna.writes();
    await journey.agents.bao.replies(anna);
    await anna.writes("Hello", { id, at: stamp });
    await journey.whatsapp.waitUntilIdle();
    expect(await anna.session()).toMatchObject({ wait: null, turn: "customer" });
    expect(await storedIds()).toEqual([id]);
  });

  test("after the session closed opens nothing and voids nothing", async () => {
    const { id, stamp } = await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    await anna.writes("Hello", { id, at: stamp });
    await journey.whatsapp.waitUntilIdle();
    expect(await anna.sessions()).toMatchObject([{ state: "closed" }]);
  });

  test("as an echo is one answer", async () => {
    await anna.writes();
    await journey.whatsapp.setFault({ kind: "duplicate", copies: 3, updates: "echoes" });
    await anna.getsEcho();
    await journey.whatsapp.waitUntilIdle();
    expect(await journey.db.query("select 1 from messages where is_echo")).toHaveLength(1);
  });
});

describe("messages in another order", () => {
  test("are all kept, and the wait counts from the earliest", async () => {
    await journey.whatsapp.setFault({ kind: "reorder", size: 3, times: 1 });
    const now = await journey.clock.now();
    const sent = [];
    for (const [at, text] of [
      [now - 30_000, "One"],
      [now - 20_000, "Two"],
      [now - 10_000, "Three"],
    ] as const) {
      sent.push(await anna.posts(text, { at }));
    }
    await journey.whatsapp.waitUntilIdle();
    expect(await storedIds()).toEqual(sent.map(({ id }) => id).reverse());
    expect((await anna.session()).wait).toMatchObject({
      number: 1,
      startedAt: new Date(sent[0]?.stamp ?? 0).toISOString(),
    });
  });

  test("that comes after later ones were answered is owed an answer of its own", async () => {
    await journey.whatsapp.setFault({ kind: "delay", ms: 60_000, times: 1 });
    const late = await anna.posts("One", { at: (await journey.clock.now()) - 10_000 });
    await anna.writes("Two");
    await journey.agents.bao.replies(anna);
    expect(await anna.session()).toMatchObject({ wait: null });
    await journey.whatsapp.flush();
    await journey.whatsapp.waitUntilIdle();
    expect((await anna.session()).wait).toMatchObject({
      number: 2,
      startedAt: new Date(late.stamp).toISOString(),
    });
  });

  test("delayed beyond the close void it, if it was written before", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    await journey.whatsapp.setFault({ kind: "delay", ms: 60_000, times: 1, updates: "messages" });
    await anna.posts("One more thing");
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.until(async () => (await anna.session()).state === "closed", "the close");
    await journey.whatsapp.flush();
    await journey.settled();
    expect(await anna.sessions()).toMatchObject([{ state: "open", wait: { number: 2 } }]);
  });
});

describe("many messages in one webhook", () => {
  test.each(["messages", "changes", "entries"] as const)(
    "of several customers are all kept (%s)",
    async (shape) => {
      await journey.whatsapp.setFault({ kind: "batch", max: 12, shape, times: 1 });
      const ben = await journey.customer("Ben");
      const eve = await journey.customer("Eve");
      for (let round = 1; round <= 4; round++) {
        for (const each of [anna, ben, eve]) await each.posts(`Message ${round}`);
      }
      await journey.whatsapp.waitUntilIdle();
      for (const each of [anna, ben, eve]) {
        expect(await each.messages()).toHaveLength(4);
        expect(await each.session()).toMatchObject({ wait: { number: 1 } });
      }
      expect(await journey.db.query("select 1 from sessions")).toHaveLength(3);
    },
  );

  test("with the same message twice, and its statuses, is taken as if they came one by one", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    await journey.whatsapp.setFault({ kind: "batch", max: 5, times: 1 });
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: true });
    const { id, stamp } = await anna.posts("Thanks");
    await anna.posts("Thanks", { id, at: stamp });
    await anna.posts("Bye");
    await journey.until(async () => (await storedIds()).length === 3, "all to be stored");
    await journey.settled();
    expect((await anna.messages())[1]).toMatchObject({ delivery: { state: "read" } });
    expect((await anna.session()).wait).toMatchObject({ number: 2 });
  });

  test("a thousand from fifty customers are each kept once", async () => {
    await journey.whatsapp.bulk({ count: 1_000, customers: 50, batchSize: 50 });
    await journey.whatsapp.waitUntilIdle(30_000);
    const [stored] = await journey.db.query(
      `select count(*)::int as messages, count(distinct external_id)::int as ids,
         count(distinct session_id)::int as sessions from messages`,
    );
    expect(stored).toEqual({ messages: 1_000, ids: 1_000, sessions: 50 });
  });
});

describe("a webhook that we could not take", () => {
  test("comes again and is kept once", async () => {
    await journey.stopServers();
    const sent = [await anna.posts("One"), await anna.posts("Two")];
    await journey.startServer();
    await journey.whatsapp.flush();
    await journey.whatsapp.waitUntilIdle();
    expect((await storedIds()).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    expect(await journey.db.query("select 1 from sessions")).toHaveLength(1);
  });

  test("is not acknowledged while the database refuses, and kept once it doesn't", async () => {
    await journey.db.query("alter table messages rename to messages_away");
    const { id } = await anna.posts("Hello");
    await journey.until(
      async () => (await journey.whatsapp.webhooks({ state: "retrying" })).length > 0,
      "the webhook to be refused",
    );
    await journey.db.query("alter table messages_away rename to messages");
    await journey.whatsapp.flush();
    await journey.whatsapp.waitUntilIdle();
    expect(await storedIds()).toEqual([id]);
    expect(await anna.session()).toMatchObject({ wait: { number: 1 } });
  });
});

describe("statuses", () => {
  test("move a message up only, in whatever order they come", async () => {
    await journey.whatsapp.setFault({ kind: "reorder", size: 3, updates: "statuses" });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    const state = async () => (await anna.messages()).at(-1)?.delivery?.state;
    await journey.until(async () => (await state()) === "read", "the message to be read");
    await journey.settled();
    expect(await state()).toBe("read");
    await tellStatus(journey, anna, "sent");
    expect(await state()).toBe("read");
  });

  test("that come before the send is answered settle the message", async () => {
    await journey.whatsapp.setFault({ kind: "statusBeforeAnswer", times: 1 });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    expect((await anna.messages()).at(-1)).toMatchObject({ delivery: { state: "read" } });
    expect((await anna.session()).deadlines.closeAt).not.toBeNull();
    expect(await anna.acts()).not.toContain("sendUnknown");
  });

  test("that say “failed” before the send is answered are a refusal", async () => {
    await journey.whatsapp.setFault({ kind: "statusBeforeAnswer", times: 1 });
    await journey.whatsapp.setFault({ kind: "failLater", code: 131026, times: 1 });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    expect((await anna.messages()).at(-1)).toMatchObject({
      delivery: { state: "failed", error: { code: "131026" } },
    });
    expect(await anna.session()).toMatchObject({ wait: { number: 1 } });
  });

  test("that come twice, in the same moment as well, change nothing more", async () => {
    await journey.whatsapp.setFault({
      ...{ kind: "duplicate", copies: 4, concurrent: true, updates: "statuses" },
    });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.settled();
    await tellStatus(journey, anna, "failed");
    expect((await anna.messages()).at(-1)).toMatchObject({ delivery: { state: "read" } });
    expect(await anna.session()).toMatchObject({ wait: null });
  });

  test("of messages that are not ours are taken and forgotten", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.db.query("delete from messages where kind = 'agent'");
    await tellStatus(journey, anna, "read");
    const states = (await journey.whatsapp.webhooks()).map((each) => each.state);
    expect(new Set(states)).toEqual(new Set(["delivered"]));
    await journey.db.query("update sessions set close_at = null");
    await journey.db.query("delete from sessions");
  });
});
