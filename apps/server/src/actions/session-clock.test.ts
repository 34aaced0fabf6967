import type { SendOutcome } from "@punctual/channel-kit";
import type { ClockSettings } from "@punctual/contract";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimSends } from "../store/outbox.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { assignSession, markNoReplyNeeded, reopenSession, takeSession } from "./act-on-session.ts";
import { applySettings } from "./apply-settings.ts";
import { closeSession } from "./close-session.ts";
import type { MemberIdentity } from "./deps.ts";
import { drainLine } from "./drain-line.ts";
import { fireTimers } from "./fire-timers.ts";
import { recordDelivery } from "./record-delivery.ts";
import { recordStatuses } from "./record-statuses.ts";
import { sendReply } from "./send-reply.ts";

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const ALL_ON: ClockSettings = {
  closure: { ...closure, enabled: true, afterMinutes: 30, message: "Bye {{contact.firstName}}" },
  reassign: { ...reassign, enabled: true, afterMinutes: 5 },
  reply: { ...reply, enabled: true, limitMinutes: 30, warnMinutes: 5 },
};
const CUSTOMER = "84901234567";

let business: TestBusiness;
let bao: MemberIdentity;
let lan: MemberIdentity;

beforeEach(async () => {
  business = await createTestBusiness();
  bao = await business.hire("Bao");
  lan = await business.hire("Lan");
  await business.assignInTurn([bao, lan]);
  await business.configure(ALL_ON);
});
afterEach(() => business.close());

async function replies(
  by: MemberIdentity,
  sessionId: string,
  text = "Here it is",
): Promise<string> {
  const { accountId, deps } = business;
  const body = { type: "text", text } as const;
  return (await sendReply(deps, { accountId, sessionId, by, body })).messageId;
}

const ANSWERS = {
  accepts: (id: string) => ({ type: "sent", externalId: `wamid.out.${id}`, contact: null }),
  refuses: () => ({ type: "rejected", code: "131026", message: "no", stopsChannel: false }),
  "is overloaded": () => ({
    type: "retry",
    code: "131000",
    message: "later",
    scope: "message",
    afterMs: () => 1_000,
    maxAttempts: 8,
  }),
  "stays silent": () => ({ type: "unknown", code: "timeout", message: "no answer" }),
} as const satisfies Record<string, (id: string) => SendOutcome>;

/** The numbers of waits with a breach that stands. */
async function standingBreaches(sessionId: string): Promise<number[]> {
  const rows = await business.deps.db.query<{ wait_number: number }>(
    "select wait_number from breaches where session_id = $1 and withdrawn_at is null",
    [sessionId],
  );
  return rows.map((row) => row.wait_number);
}

/** Sends what is in the outbox, with the provider's answer given. Gives how much that was. */
async function provider(answer: keyof typeof ANSWERS): Promise<number> {
  const { deps } = business;
  const sends = await deps.db.transaction((tx) => claimSends(tx, bao.id, 100));
  const settled = sends.map((send) => ({ send, outcome: ANSWERS[answer](send.messageId) }));
  await recordDelivery(deps, settled);
  return sends.length;
}

async function fire(): Promise<readonly string[]> {
  return (await fireTimers(business.deps, 100)).fired.map((timer) => timer.kind);
}

describe("the session clock on a real database", () => {
  test("a customer's first message opens a session and the rules give it to an agent", async () => {
    const session = await business.customerWrites(CUSTOMER);
    expect(session.facts.assignee).toBe(bao.id);
    expect(session.facts.wait?.number).toBe(1);
    expect(await business.timeline(session.id)).toEqual(["opened", "waitStarted", "assigned"]);
  });

  test("an unanswered session goes to the next agent, and only once", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await business.clock.advance({ minutes: 5 });
    expect(await fire()).toEqual(["reassign"]);
    expect(await fire()).toEqual([]);
    expect((await business.session(session.id)).facts.assignee).toBe(lan.id);
  });

  test("the agent is warned, then the session is overdue", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await business.configure({ ...ALL_ON, reassign });
    await applySettings(business.deps);
    await business.clock.advance({ minutes: 25 });
    expect(await fire()).toEqual(["warn"]);
    await business.clock.advance({ minutes: 5 });
    expect(await fire()).toEqual(["overdue"]);
    expect((await business.session(session.id)).facts.wait?.overdueSince).not.toBeNull();
  });

  test("a session closes a set time after the agent's message left, with one end message", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    expect(await provider("accepts")).toBe(1);
    await business.clock.advance({ minutes: 30 });
    expect(await fire()).toEqual(["close"]);
    const closed = await business.session(session.id);
    expect(closed.facts.closed?.kind).toBe("clock");
    const rows = await business.deps.db.query<{ content: { text: string } }>(
      "select content from messages where kind = 'automatic'",
    );
    expect(rows.map((row) => row.content.text)).toEqual(["Bye Thảo"]);
  });

  test("a customer who answers in time is not closed", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    await provider("accepts");
    await business.clock.advance({ minutes: 29 });
    await business.customerWrites(CUSTOMER);
    await business.clock.advance({ minutes: 2 });
    expect(await fire()).toEqual([]);
    expect((await business.session(session.id)).facts.closed).toBeNull();
  });

  test("a message on its way when the session closed voids the close and the end message", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    await provider("accepts");
    await business.clock.advance({ minutes: 30 });
    const justBefore = await business.clock.now();
    await fire();
    await business.customerWrites(CUSTOMER, { stamp: justBefore - 5_000 });
    const after = await business.session(session.id);
    expect(after.facts.closed).toBeNull();
    expect(after.facts.wait?.number).toBe(2);
    expect(await provider("accepts")).toBe(0);
  });

  test("a refused reply gives the customer their wait back", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    expect((await business.session(session.id)).facts.wait).toBeNull();
    await provider("refuses");
    const after = await business.session(session.id);
    expect(after.facts.wait?.number).toBe(1);
    expect(after.facts.wait?.startedAt).toBe(session.facts.wait?.startedAt);
    expect(await business.timeline(session.id)).toContain("sendFailed");
  });

  test("a reply whose outcome is unknown counts as sent, and the timeline says so", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    await provider("stays silent");
    const after = await business.session(session.id);
    expect(after.deadlines.closeAt).not.toBeNull();
    expect(await business.timeline(session.id)).toContain("sendUnknown");
  });

  test("a status for a reply that was about to be sent again keeps it from going out twice", async () => {
    const session = await business.customerWrites(CUSTOMER);
    const messageId = await replies(bao, session.id);
    await provider("is overloaded");
    const { accountId, channelId, deps } = business;
    const event = {
      type: "deliveryStatus",
      address: "106540352242922",
      at: await business.clock.now(),
      raw: null,
      externalId: "wamid.after.all",
      status: "sent",
      providerStatus: "sent",
      reference: messageId,
      error: null,
      contact: null,
    } as const;
    await recordStatuses(deps, [{ accountId, channelId, event }]);
    await business.clock.advance({ minutes: 1 });
    expect(await provider("accepts")).toBe(0);
    expect((await business.session(session.id)).deadlines.closeAt).not.toBeNull();
  });

  test("a customer who writes after the close gets a new session with the same thread", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    await provider("accepts");
    await business.clock.advance({ minutes: 30 });
    await fire();
    await business.clock.advance({ minutes: 1 });
    const next = await business.customerWrites(CUSTOMER);
    expect(next.id).not.toBe(session.id);
    expect(next.facts.assignee).toBe(lan.id);
    expect(next.returning).toBe(true);
    expect(await provider("accepts")).toBe(0);
  });

  test("an end message nobody claimed yet is gone once the customer writes in any later session", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await replies(bao, session.id);
    await provider("accepts");
    await business.clock.advance({ minutes: 30 });
    await fire();
    await business.clock.advance({ minutes: 1 });
    await business.echo(CUSTOMER, await business.clock.now());
    expect(await business.sessionsOf(CUSTOMER)).toHaveLength(2);
    await business.clock.advance({ seconds: 5 });
    await business.customerWrites(CUSTOMER);
    expect(await provider("accepts")).toBe(0);
  });

  test("a message delivered twice is one message", async () => {
    await business.customerWrites(CUSTOMER, { id: "same" });
    await business.customerWrites(CUSTOMER, { id: "same" });
    const rows = await business.deps.db.query("select 1 from messages");
    expect(rows).toHaveLength(1);
  });

  test("an echo answers what was stamped before it, and the rest waits on", async () => {
    const session = await business.customerWrites(CUSTOMER);
    const first = await business.clock.now();
    await business.clock.advance({ seconds: 10 });
    await business.customerWrites(CUSTOMER);
    await business.echo(CUSTOMER, first + 5_000);
    const after = await business.session(session.id);
    expect(after.facts.wait?.number).toBe(2);
    expect(after.facts.wait?.startedAt).toBeGreaterThan(first + 5_000);
  });

  test("an echo that answers a late message with earlier ones leaves no breach", async () => {
    const { clock, deps } = business;
    const from = await clock.now();
    const minute = (at: number) => from + at * 60_000;
    const { id } = await business.customerWrites(CUSTOMER, { stamp: from });
    await clock.advance({ minutes: 1 });
    await replies(bao, id);
    await provider("accepts");
    await clock.advance({ minutes: 1 });
    await business.customerWrites(CUSTOMER, { stamp: minute(0.5) });
    await clock.advance({ minutes: 29 });
    await fireTimers(deps, 10);
    expect(await standingBreaches(id)).toEqual([2]);
    await business.echo(CUSTOMER, minute(0.75));
    expect(await standingBreaches(id)).toEqual([]);
  });

  test("a session nobody could take goes to the first agent who comes online", async () => {
    await business.deps.db.query("update members set status = 'away'");
    const session = await business.customerWrites(CUSTOMER);
    expect(session.facts.assignee).toBeNull();
    await business.deps.db.query("update members set status = 'available' where id = $1", [lan.id]);
    expect(await drainLine(business.deps, business.accountId)).toBe(1);
    expect((await business.session(session.id)).facts.assignee).toBe(lan.id);
  });

  test("two agents taking the same session: the first has it, the other is told who", async () => {
    await business.deps.db.query("update members set status = 'away'");
    const session = await business.customerWrites(CUSTOMER);
    const act = { accountId: business.accountId, sessionId: session.id };
    await takeSession(business.deps, { ...act, by: bao });
    await expect(takeSession(business.deps, { ...act, by: lan })).rejects.toMatchObject({
      code: "already_taken",
      message: "Already taken by Bao.",
    });
  });

  test("people assign, dismiss, close and reopen through the same machine", async () => {
    const session = await business.customerWrites(CUSTOMER);
    const sue = await business.hire("Sue", { role: "supervisor", online: false });
    const act = { accountId: business.accountId, sessionId: session.id, by: sue };
    await assignSession(business.deps, { ...act, to: lan.id });
    await markNoReplyNeeded(business.deps, act);
    await closeSession(business.deps, { ...act, reason: "done", sendMessage: false });
    await reopenSession(business.deps, act);
    const after = await business.session(session.id);
    expect(after.facts).toMatchObject({ assignee: lan.id, closed: null, wait: null });
    expect(await business.timeline(session.id)).toEqual([
      "opened",
      "waitStarted",
      "assigned",
      "assigned",
      "dismissed",
      "closed",
      "reopened",
    ]);
  });

  test("a save for all open sessions moves their deadlines from their original anchors", async () => {
    const session = await business.customerWrites(CUSTOMER);
    await business.configure({ ...ALL_ON, reply: { ...ALL_ON.reply, limitMinutes: 10 } });
    await applySettings(business.deps);
    const after = await business.session(session.id);
    expect(after.deadlines.overdueAt).toBe((session.facts.wait?.startedAt ?? 0) + 10 * 60_000);
  });
});
