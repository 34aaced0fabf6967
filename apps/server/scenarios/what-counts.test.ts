/** clock.md §4: what is a reply, what is owed, and from when it counts. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";
import { tellStatus } from "../src/testkit/journey-status.ts";

let journey: Journey<"bao" | "lan">;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao", "lan"],
    settings: {
      closure: { enabled: true, afterMinutes: 60, message: "Bye" },
      reassign: { enabled: true, afterMinutes: 10 },
      reply: { enabled: true, limitMinutes: 30, warnMinutes: 5 },
    },
  });
  anna = await journey.customer();
});
afterEach(() => journey.end());

describe("a reply (§4.1)", () => {
  test("is a message of any member, the assignee or not", async () => {
    const sue = await journey.hire("Sue", "supervisor");
    await anna.writes();
    await sue.replies(anna);
    const session = await anna.session();
    expect(session).toMatchObject({ wait: null, turn: "customer" });
    expect(session.assigneeId).toBe(journey.agents.bao.id);
  });

  test("may be a template", async () => {
    await anna.writes();
    await journey.agents.bao.sendsTemplate(anna, "we_are_here");
    expect(await anna.session()).toMatchObject({ wait: null });
    expect(await anna.received()).toEqual(["template we_are_here"]);
  });

  test("is not a note", async () => {
    await anna.writes();
    await journey.agents.bao.leavesNote(anna);
    expect(await anna.session()).toMatchObject({ wait: { number: 1 }, turn: "agent" });
    expect(await anna.received()).toEqual([]);
  });

  test("is not owed for a reaction, an edit, a deletion, a receipt or a new number", async () => {
    const { id } = await anna.writes("Helo");
    await journey.agents.bao.replies(anna);
    const [, reply] = await anna.messages();
    await anna.does({ type: "reaction", messageId: reply?.externalId ?? "", emoji: "👍" });
    await anna.does({ type: "edit", messageId: id, text: "Hello" });
    await anna.does({ type: "revoke", messageId: id });
    await journey.whatsapp.read(anna.id);
    await anna.does({ type: "numberChange", newPhone: "+16505559999" });
    const rows = await journey.db.query("select 1 from sessions");
    expect(rows).toHaveLength(1);
    const sessions = await journey.db.query("select wait_number, last_wait_number from sessions");
    expect(sessions).toEqual([{ wait_number: null, last_wait_number: 1 }]);
  });

  test("is owed for a message of a type that can't be shown", async () => {
    await anna.does({ type: "unsupported", unsupportedType: "poll" });
    expect(await anna.session()).toMatchObject({ wait: { number: 1 } });
    expect((await anna.messages())[0]?.content.type).toBe("unsupported");
  });

  test("can't be owed where only a reaction came: no session opens", async () => {
    await anna.does({ type: "reaction", messageId: "wamid.nobody-knows", emoji: "👍" });
    await expect(anna.session()).rejects.toThrow("has no session");
  });
});

describe("what is owed is decided in the order of commits (§4.2)", () => {
  test("a message written in the same second as the reply starts a wait", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna);
    const { id, stamp } = await anna.writes("One more thing");
    const session = await anna.session();
    expect(session.wait).toMatchObject({ number: 2, startedAt: new Date(stamp).toISOString() });
    expect((await anna.messages()).at(-1)).toMatchObject({ externalId: id, waitNumber: 2 });
  });

  test("a message stamped before the reply that comes after it is owed one of its own", async () => {
    const { stamp } = await anna.writes();
    await journey.clock.advance({ minutes: 2 });
    await journey.agents.bao.replies(anna);
    await anna.writes("Written before your reply", { at: stamp + 60_000 });
    expect((await anna.session()).wait).toMatchObject({
      number: 2,
      startedAt: new Date(stamp + 60_000).toISOString(),
    });
  });

  test("a message that comes late moves the start of the running wait back", async () => {
    const { stamp } = await anna.writes("Second", { at: (await journey.clock.now()) - 5_000 });
    await anna.writes("First", { at: stamp - 60_000 });
    const { wait, deadlines } = await anna.session();
    expect(wait).toMatchObject({ number: 1, startedAt: new Date(stamp - 60_000).toISOString() });
    expect(deadlines.overdueAt).toBe(new Date(stamp + 29 * 60_000).toISOString());
  });

  test("nobody loses a session for a message that came late", async () => {
    const arrived = await journey.clock.now();
    await anna.writes("From the tunnel", { at: arrived - 20 * 60_000 });
    const { deadlines } = await anna.session();
    expect(Date.parse(deadlines.reassignAt ?? "")).toBeGreaterThanOrEqual(arrived + 10 * 60_000);
  });
});

describe("several messages (§4.3)", () => {
  test("the wait counts from the customer's earliest", async () => {
    const { stamp } = await anna.writes("One");
    await journey.clock.advance({ minutes: 1 });
    await anna.writes("Two");
    expect((await anna.session()).wait?.startedAt).toBe(new Date(stamp).toISOString());
  });

  test("the close counts from the agent's last", async () => {
    await anna.writes();
    await journey.agents.bao.replies(anna, "One");
    await journey.clock.advance({ minutes: 40 });
    await journey.agents.bao.replies(anna, "Two");
    await journey.clock.advance({ minutes: 59 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "open" });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "closed", closed: { kind: "clock" } });
  });
});

describe("an agent who typed in WhatsApp's own app (§4.4)", () => {
  test("answers what was stamped before, and the rest waits on", async () => {
    const first = await anna.writes("One");
    await journey.clock.advance({ minutes: 1 });
    const second = await anna.writes("Two");
    await anna.getsEcho("Here", { at: first.stamp + 30_000 });
    expect((await anna.session()).wait).toMatchObject({
      number: 2,
      startedAt: new Date(second.stamp).toISOString(),
    });
    expect(await anna.acts()).toContain("answered");
  });

  test("has answered a message that comes only after the echo", async () => {
    const { stamp } = await anna.writes();
    await journey.clock.advance({ minutes: 3 });
    await anna.getsEcho("Here", { at: stamp + 120_000 });
    await anna.writes("Written before your answer", { at: stamp + 60_000 });
    expect(await anna.session()).toMatchObject({ wait: null, turn: "customer" });
  });

  test("disproves a breach: it is marked as withdrawn", async () => {
    const { stamp } = await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ overdue: true });
    await anna.getsEcho("In time", { at: stamp + 20 * 60_000 });
    expect(await anna.session()).toMatchObject({ overdue: false, wait: null });
    expect(await journey.db.query("select withdrawn_reason from breaches")).toEqual([
      { withdrawn_reason: "echo" },
    ]);
  });

  test("belongs to a closed session when it was stamped before the close, and opens nothing", async () => {
    const { stamp } = await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.clock.advance({ minutes: 61 });
    await journey.settled();
    await anna.getsEcho("Late", { at: stamp + 10_000 });
    expect(await anna.sessions()).toMatchObject([{ state: "closed" }]);
    expect((await anna.messages()).filter((message) => message.isEcho)).toHaveLength(1);
  });
});

describe("the time of a customer's message (§4.5)", () => {
  test("is never in the future", async () => {
    const before = await journey.clock.now();
    await anna.writes("From tomorrow", { at: before + 24 * 3_600_000 });
    const { wait } = await anna.session();
    const started = Date.parse(wait?.startedAt ?? "");
    expect(started).toBeGreaterThanOrEqual(before);
    expect(started).toBeLessThanOrEqual(await journey.clock.now());
  });

  test("is at most a day ago", async () => {
    const before = await journey.clock.now();
    await anna.writes("From last week", { at: before - 7 * 24 * 3_600_000 });
    const { wait } = await anna.session();
    const age = (await journey.clock.now()) - Date.parse(wait?.startedAt ?? "");
    expect(age).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(age).toBeLessThan(24 * 3_600_000 + 10_000);
  });
});

describe("a failed send (§4.6)", () => {
  test("refused at once counts as never written: the wait comes back as it was", async () => {
    await journey.whatsapp.setFault({ kind: "error", code: 131026, times: 1 });
    await anna.writes();
    const before = await anna.session();
    await journey.clock.advance({ minutes: 10, seconds: 1 });
    await journey.until(
      async () => (await anna.session()).assigneeId === journey.agents.lan.id,
      "the session to be reassigned",
    );
    await journey.agents.lan.replies(anna);
    const { wait, assigneeId } = await anna.session();
    expect(wait).toMatchObject({ number: 1, startedAt: before.wait?.startedAt, tries: 1 });
    expect(assigneeId).toBe(journey.agents.lan.id);
    expect(await journey.agents.lan.told()).toContain("sendFailed");
    expect((await anna.messages()).at(-1)?.delivery).toMatchObject({
      state: "failed",
      error: { code: "131026" },
    });
  });

  test("refused later merges the wait that began meanwhile into the first", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    const { stamp } = await anna.writes("One");
    await journey.agents.bao.replies(anna);
    await journey.clock.advance({ minutes: 5 });
    await anna.writes("Two");
    expect((await anna.session()).wait?.number).toBe(2);
    await tellStatus(journey, anna, "failed");
    expect((await anna.session()).wait).toMatchObject({
      number: 1,
      startedAt: new Date(stamp).toISOString(),
    });
    const waits = (await anna.messages()).flatMap((message) =>
      message.kind === "inbound" ? message.waitNumber : [],
    );
    expect(waits).toEqual([1, 1]);
  });

  test("changes nothing owed where another reply survived", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    await anna.writes();
    await journey.agents.bao.replies(anna, "One");
    await journey.whatsapp.setFault({ kind: "error", code: 131026, times: 1 });
    await journey.agents.bao.replies(anna, "Two");
    expect(await anna.session()).toMatchObject({ wait: null, turn: "customer" });
  });

  test("after a close by the clock makes the close void: the customer is owed a reply", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    await journey.saves({
      closure: { enabled: true, afterMinutes: 60, message: null },
      reply: { enabled: true, limitMinutes: 600 },
    });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await journey.clock.advance({ minutes: 61 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ state: "closed" });
    await tellStatus(journey, anna, "failed");
    expect(await anna.sessions()).toMatchObject([{ state: "open", wait: { number: 1 } }]);
    expect(await anna.acts()).toContain("reopened");
  });

  test("after a close tells writer and new assignee, if a newer session exists", async () => {
    const { bao, lan } = journey.agents;
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    await journey.saves({ closure: { enabled: true, afterMinutes: 60, message: null } });
    await anna.writes();
    await bao.replies(anna);
    await journey.clock.advance({ minutes: 61 });
    await journey.settled();
    await journey.clock.advance({ seconds: 2 });
    await anna.writes("Hello again");
    expect((await anna.session()).assigneeId).toBe(lan.id);
    await tellStatus(journey, anna, "failed");
    expect(await anna.sessions()).toMatchObject([{ state: "closed" }, { state: "open" }]);
    expect(await bao.told()).toContain("sendFailed");
    expect(await lan.told()).toContain("sendFailed");
  });

  test("whose outcome is unknown counts as sent, and a receipt settles it", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { statusDelays: { sentMs: 2_000 } });
    await journey.whatsapp.setFault({ kind: "acceptedNoAnswer", times: 1 });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    const { deadlines, turn } = await anna.session();
    expect(turn).toBe("customer");
    expect(deadlines.closeAt).not.toBeNull();
    expect((await anna.messages()).at(-1)?.delivery?.state).toBe("unknown");
    await journey.whatsapp.flush();
    await journey.settled();
    expect((await anna.messages()).at(-1)?.delivery?.state).toBe("read");
    expect(await anna.received()).toEqual(["Here it is"]);
    expect(await anna.acts()).toContain("sendUnknown");
  });

  test("settled as undelivered is a refusal; a receipt after all reverses it", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    await journey.whatsapp.setFault({ kind: "acceptedNoAnswer", times: 1 });
    await anna.writes("One");
    await journey.agents.bao.replies(anna);
    await journey.whatsapp.waitUntilIdle();
    await tellStatus(journey, anna, "failed");
    expect((await anna.session()).wait?.number).toBe(1);
    await anna.writes("Two");
    await tellStatus(journey, anna, "delivered");
    const { wait } = await anna.session();
    expect(wait?.number).toBe(2);
    const waits = await journey.db.query("select number, outcome from waits order by number");
    expect(waits).toEqual([{ number: 1, outcome: "answered" }]);
  });

  test("delivered after all withdraws the breach it disproves", async () => {
    await journey.whatsapp.updateCustomer(anna.id, { receivesMessages: false });
    await anna.writes();
    await journey.agents.bao.replies(anna);
    await tellStatus(journey, anna, "failed");
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ overdue: true });
    await tellStatus(journey, anna, "delivered");
    expect(await anna.session()).toMatchObject({ overdue: false, turn: "customer" });
    expect(await journey.db.query("select withdrawn_reason from breaches")).toEqual([
      { withdrawn_reason: "delivered" },
    ]);
  });

  test("that the provider has not accepted within 5 minutes is reported, once", async () => {
    const { bao } = journey.agents;
    await journey.whatsapp.setFault({ kind: "error", code: 80007, times: 1 });
    await anna.writes();
    await bao.submits(anna);
    await journey.until(
      async () => (await journey.whatsapp.calls()).length > 0,
      "the send to be refused",
    );
    await journey.settled();
    await journey.db.query("update channels set paused_until = now_ms() + 3600000");
    expect(await bao.told()).not.toContain("sendLate");
    await journey.clock.advance({ minutes: 5, seconds: 1 });
    await journey.until(async () => (await bao.told()).includes("sendLate"), "the report");
    expect(await journey.admin.told()).toContain("sendLate");
    await journey.clock.advance({ hours: 1 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
    expect(await bao.told()).not.toContain("sendLate");
    const reports = (await bao.notifications()).filter(({ kind }) => kind === "sendLate");
    expect(reports).toHaveLength(1);
  });
});
