/** clock.md §8: the line is "drained the moment" somebody may have become eligible. Each of the ways. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changePace } from "../src/testkit/change-pace.ts";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

let journey: Journey<"bao" | "lan">;
let bao: Agent;
let lan: Agent;
let anna: Customer;

/** Nothing polls here: what doesn't wake the line is not noticed at all. */
changePace({ linePollMs: 3_600_000 });

beforeEach(async () => {
  journey = await startJourney({ agents: ["bao", "lan"], rule: { capacity: 1 } });
  ({ bao, lan } = journey.agents);
  anna = await journey.customer();
});
afterEach(() => journey.end());

async function inLine(customer = anna): Promise<void> {
  expect(await customer.session()).toMatchObject({ assigneeId: null });
}

/** The session comes to the agent by what is done, and not by anything before. */
async function comesAtOnceTo(agent: Agent, after: () => Promise<unknown>): Promise<void> {
  await journey.settled();
  await inLine();
  await after();
  await comesTo(agent);
}

async function comesTo(agent: Agent): Promise<void> {
  await journey.until(
    async () => (await anna.session()).assigneeId === agent.id,
    `the session to come to ${agent.name}`,
  );
}

async function rule(patch: unknown): Promise<void> {
  await journey.admin.call(`PATCH /assignment-rules/${journey.ruleId}`, patch);
}

async function capacityOf(agent: Agent, capacity: number): Promise<void> {
  await journey.admin.call(`PATCH /members/${agent.id}`, { capacity });
}

/** Both agents have as many sessions as they may. */
async function everybodyIsFull(): Promise<Customer[]> {
  const others = [await journey.customer("Ben"), await journey.customer("Chi")];
  for (const other of others) await other.writes();
  await anna.writes();
  await inLine();
  return others;
}

async function holderOf(customer: Customer): Promise<Agent> {
  const { assigneeId } = await customer.session();
  return assigneeId === bao.id ? bao : lan;
}

describe("a session in line is given away at once when", () => {
  test("a member comes online", async () => {
    await Promise.all([bao.goesOffline(), lan.goesOffline()]);
    await anna.writes();
    await comesAtOnceTo(lan, () => lan.comesOnline());
  });

  test("a place is freed by a close", async () => {
    const [ben] = await everybodyIsFull();
    if (ben === undefined) throw new Error("nobody wrote");
    const holder = await holderOf(ben);
    await comesAtOnceTo(holder, () => holder.acts(ben, "close", {}));
  });

  test("a place is freed by a snooze", async () => {
    const [ben] = await everybodyIsFull();
    if (ben === undefined) throw new Error("nobody wrote");
    const holder = await holderOf(ben);
    await holder.replies(ben);
    const until = new Date((await journey.clock.now()) + 3_600_000).toISOString();
    await comesAtOnceTo(holder, () => holder.acts(ben, "snooze", { until }));
  });

  test("a place is freed by an assignment to somebody else", async () => {
    const [ben] = await everybodyIsFull();
    if (ben === undefined) throw new Error("nobody wrote");
    const holder = await holderOf(ben);
    const other = holder === bao ? lan : bao;
    await comesAtOnceTo(holder, () => journey.admin.acts(ben, "assignee", { memberId: other.id }));
  });

  test("a rule's capacity is raised", async () => {
    await everybodyIsFull();
    await comesAtOnceTo(bao, () => rule({ capacity: 2 }));
  });

  test("a member's own capacity is raised", async () => {
    await rule({ capacity: null });
    for (const agent of [bao, lan]) await capacityOf(agent, 1);
    await everybodyIsFull();
    await comesAtOnceTo(lan, () => capacityOf(lan, 2));
  });

  test("a member reaches its channel", async () => {
    await bao.goesOffline();
    const config = { phoneNumberId: "42", accessToken: "a", appSecret: "b", verifyToken: "c" };
    const { body } = await journey.admin.call("POST /channels", { name: "Other", config });
    await journey.admin.call(`PUT /members/${lan.id}/channels`, { channelIds: [body.id] });
    await anna.writes();
    await comesAtOnceTo(lan, () =>
      journey.admin.call(`PUT /members/${lan.id}/channels`, { channelIds: null }),
    );
  });

  test("a rule's target changes", async () => {
    const minh = await journey.hire("minh");
    await minh.comesOnline();
    await everybodyIsFull();
    await comesAtOnceTo(minh, () => rule({ target: { members: [minh.id] } }));
    await minh.disconnects();
  });

  test("a rule is added", async () => {
    await rule({ enabled: false });
    await anna.writes();
    const body = { name: "Lan's", target: { members: [lan.id] } };
    await comesAtOnceTo(lan, () => journey.admin.call("POST /assignment-rules", body));
  });

  test("a rule is switched on", async () => {
    await rule({ enabled: false });
    await anna.writes();
    await comesAtOnceTo(bao, () => rule({ enabled: true }));
  });

  test("rules are put into another order", async () => {
    const nobody = await journey.hire("nobody");
    const first = await journey.admin.call("POST /assignment-rules", {
      ...{ name: "Nobody", target: { members: [nobody.id] } },
    });
    const order = (ruleIds: unknown[]) =>
      journey.admin.call("PUT /assignment-rules/order", { ruleIds });
    await order([first.body.id, journey.ruleId]);
    await anna.writes();
    await comesAtOnceTo(bao, () => order([journey.ruleId, first.body.id]));
  });

  test("a rule that held it up is deleted", async () => {
    const nobody = await journey.hire("nobody");
    const first = await journey.admin.call("POST /assignment-rules", {
      ...{ name: "Nobody", target: { members: [nobody.id] } },
    });
    await journey.admin.call("PUT /assignment-rules/order", {
      ruleIds: [first.body.id, journey.ruleId],
    });
    await anna.writes();
    await comesAtOnceTo(bao, () => journey.admin.call(`DELETE /assignment-rules/${first.body.id}`));
  });

  test("a member joins the team that gets it", async () => {
    const { body: team } = await journey.admin.call("POST /teams", { name: "Returns" });
    await rule({ target: { team: team.id } });
    await anna.writes();
    await comesAtOnceTo(lan, () => journey.admin.call(`PUT /teams/${team.id}/members/${lan.id}`));
  });

  test("its contact gets the tag that a rule asks for", async () => {
    await rule({ conditions: { tags: ["vip"] } });
    await journey.admin.call("POST /tags", { name: "vip" });
    await anna.writes();
    const { contact } = await anna.session();
    await comesAtOnceTo(bao, () =>
      journey.admin.call(`PUT /contacts/${contact.id}/tags`, { tags: ["vip"] }),
    );
  });

  test("business hours begin", async () => {
    await rule({ conditions: { businessHours: "within" } });
    const opens = Temporal.Instant.fromEpochMilliseconds((await journey.clock.now()) + 3_600_000)
      .round({ smallestUnit: "minute", roundingMode: "ceil" })
      .toZonedDateTimeISO("UTC");
    const day = { from: opens.toPlainTime().toString({ smallestUnit: "minute" }), until: "24:00" };
    const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    const weekdays = Object.fromEntries(
      days.map((name, index) => [name, index + 1 === opens.dayOfWeek ? [day] : []]),
    );
    await journey.admin.call("PUT /business-hours", {
      businessHours: { timeZone: "UTC", weekdays },
    });
    await anna.writes();
    await journey.settled();
    await inLine();
    // The last stretch passes by itself: the line loop wakes when it is over.
    await journey.clock.reachBefore(opens.epochMilliseconds, { seconds: 1 });
    await comesTo(bao);
    expect(await journey.clock.now()).toBeGreaterThanOrEqual(opens.epochMilliseconds);
  });

  test("business hours are saved so that it is open now", async () => {
    await rule({ conditions: { businessHours: "within" } });
    const weekdays = { monday: [] };
    const save = (businessHours: unknown) =>
      journey.admin.call("PUT /business-hours", { businessHours });
    await save({ timeZone: "UTC", weekdays });
    await anna.writes();
    await comesAtOnceTo(bao, () => save(null));
  });
});

test("the line is shown to everybody who can take from it, and the place to who asks for it", async () => {
  await Promise.all([bao.goesOffline(), lan.goesOffline()]);
  const ben = await journey.customer("Ben");
  await anna.writes();
  await ben.writes();
  const { body } = await bao.call("GET /queue");
  expect(body).toMatchObject({
    length: 2,
    entries: [
      { position: 1, sessionId: await anna.sessionId() },
      { position: 2, sessionId: await ben.sessionId() },
    ],
  });
  const second = await bao.call(`GET /sessions/${await ben.sessionId()}/place-in-line`);
  expect(second.body).toMatchObject({ place: { position: 2 } });
  await bao.acts(anna, "take");
  const first = await bao.call(`GET /sessions/${await ben.sessionId()}/place-in-line`);
  expect(first.body).toMatchObject({ place: { position: 1 } });
});
