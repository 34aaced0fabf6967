/** Several servers on one database share the work without a leader, and nothing is done twice. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

const ALL = "http,realtime,timers,outbox";
const SETTINGS = { closure: { enabled: true, afterMinutes: 30, message: "Bye" } } as const;
const CUSTOMERS = 40;

let journey: Journey<"bao" | "lan">;
afterEach(() => journey.end());

/** So many customers wrote and were answered. */
async function answeredCustomers(): Promise<readonly Customer[]> {
  const customers: Customer[] = [];
  for (let number = 1; number <= CUSTOMERS; number++) customers.push(await journey.customer());
  await Promise.all(customers.map((each) => each.writes()));
  await Promise.all(customers.map((each) => journey.admin.replies(each)));
  await journey.settled();
  return customers;
}

/** Each session was closed once, and one end message came to each customer. */
async function expectClosedOnce(customers: readonly Customer[]): Promise<void> {
  const [closed] = await journey.db.query(
    `select count(*)::int as sessions, count(*) filter (where closed_kind = 'clock')::int as closed,
       max(close_count) as most,
       (select count(*)::int from timeline where kind = 'closed') as acts,
       (select count(*)::int from messages where kind = 'automatic') as ends
     from sessions`,
  );
  expect(closed).toEqual({
    sessions: CUSTOMERS,
    closed: CUSTOMERS,
    most: 1,
    acts: CUSTOMERS,
    ends: CUSTOMERS,
  });
  for (const each of customers) expect(await each.received()).toEqual(["Here it is", "Bye"]);
}

describe("two servers on one database", () => {
  test("close many sessions due at once, each exactly once", async () => {
    journey = await startJourney({
      agents: ["bao", "lan"],
      settings: SETTINGS,
      nodes: [ALL, ALL],
    });
    const customers = await answeredCustomers();
    await journey.clock.advance({ minutes: 31 });
    await journey.settled();
    await expectClosedOnce(customers);
  });

  test("go on when one of them stops in the middle", async () => {
    journey = await startJourney({
      agents: ["bao", "lan"],
      settings: SETTINGS,
      nodes: [ALL, ALL],
    });
    const customers = await answeredCustomers();
    await Promise.all([journey.clock.advance({ minutes: 31 }), journey.stopFirstServer()]);
    await journey.settled();
    await expectClosedOnce(customers);
  });

  test("reassign many sessions due at once, each exactly once", async () => {
    journey = await startJourney({
      agents: ["bao", "lan"],
      settings: { reassign: { enabled: true, afterMinutes: 5 } },
      nodes: [ALL, ALL],
    });
    const customers: Customer[] = [];
    for (let number = 1; number <= CUSTOMERS; number++) customers.push(await journey.customer());
    await Promise.all(customers.map((each) => each.writes()));
    const before = await journey.db.query<{ id: string; assignee_id: string }>(
      "select id, assignee_id from sessions",
    );
    await journey.clock.advance({ minutes: 5, seconds: 5 });
    await journey.settled();
    const after = await journey.db.query<{ id: string; assignee_id: string; wait_tries: number }>(
      "select id, assignee_id, wait_tries from sessions",
    );
    const { bao, lan } = journey.agents;
    for (const { id, assignee_id, wait_tries } of after) {
      const from = before.find((row) => row.id === id)?.assignee_id;
      expect(assignee_id).toBe(from === bao.id ? lan.id : bao.id);
      expect(wait_tries).toBe(1);
    }
  });

  test("may share the roles: what one commits, the other does at once", async () => {
    journey = await startJourney({
      agents: ["bao", "lan"],
      settings: SETTINGS,
      nodes: ["http,realtime", "timers,outbox"],
    });
    const anna = await journey.customer();
    await anna.writes();
    await journey.agents.bao.replies(anna);
    expect(await anna.received()).toEqual(["Here it is"]);
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is", "Bye"]);
  });

  test("take webhooks of the same customer at both doors, each message once", async () => {
    journey = await startJourney({ agents: ["bao", "lan"], settings: SETTINGS, nodes: [ALL, ALL] });
    const anna = await journey.customer();
    await journey.whatsapp.updateSettings({ keepOrder: false });
    await journey.whatsapp.setFault({ kind: "duplicate", copies: 3, concurrent: true });
    for (let round = 1; round <= 30; round++) {
      await anna.posts(`Message ${round}`);
      const url = round % 2 === 0 ? journey.webhookUrl() : journey.webhookUrl(1);
      await journey.whatsapp.updateNumber("106540352242922", { webhookUrl: url });
    }
    await journey.settled();
    expect(await anna.messages()).toHaveLength(30);
    expect(await anna.sessions()).toHaveLength(1);
    expect(await anna.acts()).toEqual(["opened", "waitStarted", "assigned"]);
  });
});

describe("a server that is stopped", () => {
  test("finishes the webhook under way, and is gone at once", async () => {
    journey = await startJourney({ agents: ["bao", "lan"] });
    const anna = await journey.customer();
    const release = await journey.holdCommits();
    const { id } = await anna.posts();
    await journey.waiting(1);
    const stopped = vi.fn();
    const stopping = journey.stopServers().then(stopped);
    await release();
    await journey.until(async () => stopped.mock.calls.length > 0, "the server to be gone");
    await stopping;
    const rows = await journey.db.query("select 1 from messages where external_id = $1", [id]);
    expect(rows).toHaveLength(1);
    expect(await journey.whatsapp.webhooks()).toMatchObject([{ state: "delivered" }]);
  });
});
