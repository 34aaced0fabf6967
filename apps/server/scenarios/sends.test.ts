/** What WhatsApp answers to a send, and what becomes of the message (channels.md A11, A16). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

let journey: Journey<"bao">;
let bao: Agent;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao"],
    settings: { closure: { enabled: true, afterMinutes: 30, message: "Bye" } },
  });
  ({ bao } = journey.agents);
  anna = await journey.customer();
  await anna.writes();
});
afterEach(() => journey.end());

async function delivery() {
  return (await anna.messages()).at(-1)?.delivery;
}

async function attempts(customer = anna): Promise<number> {
  return (await journey.whatsapp.calls({ customerId: customer.id })).length;
}

describe("a send that may be tried again", () => {
  test.each([
    ["the number is too fast", { kind: "error", code: 130429, times: 2 }],
    ["too many messages to the customer", { kind: "error", code: 131056, times: 2 }],
    ["WhatsApp has a problem", { kind: "error", code: 131016, times: 2 }],
    ["503 with JSON", { kind: "serverError", httpStatus: 503, body: "json", times: 2 }],
    ["500 with a page", { kind: "serverError", httpStatus: 500, body: "html", times: 2 }],
    ["502 with nothing", { kind: "serverError", httpStatus: 502, body: "empty", times: 2 }],
  ] as const)("is, until it leaves once: %s", async (_what, fault) => {
    await journey.whatsapp.setFault(fault);
    await bao.submits(anna);
    for (let attempt = 1; attempt <= 2; attempt++) {
      await journey.settled();
      expect(await attempts()).toBe(attempt);
      expect(await anna.session()).toMatchObject({ wait: null, deadlines: { closeAt: null } });
      await journey.clock.advance({ minutes: 2 });
    }
    await journey.settled();
    expect(await attempts()).toBe(3);
    expect(await anna.received()).toEqual(["Here it is"]);
    expect((await anna.session()).deadlines.closeAt).not.toBeNull();
  });

  test("waits longer each time, and not shorter than asked (4^n s for a pair)", async () => {
    await journey.whatsapp.setFault({ kind: "error", code: 131056 });
    await bao.submits(anna);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      await journey.settled();
      const [row] = await journey.db.query<{ ms: number }>(
        "select next_attempt_at - now_ms() as ms from outbox",
      );
      waits.push(Math.ceil((row?.ms ?? 0) / 1_000));
      await journey.clock.advance({ ms: (row?.ms ?? 0) + 1 });
    }
    expect(waits).toEqual([1, 4, 16, 64, 256]);
    await journey.whatsapp.clearFaults();
    await journey.clock.advance({ minutes: 11 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("holds back only that customer for 131056, in order, and everybody for 130429", async () => {
    const ben = await journey.customer("Ben");
    await ben.writes();
    await journey.whatsapp.setFault({ kind: "error", code: 131056, times: 1 });
    await bao.submits(anna, "One");
    await journey.settled();
    await bao.submits(anna, "Two");
    await bao.replies(ben, "For Ben");
    expect(await ben.received()).toEqual(["For Ben"]);
    expect(await anna.received()).toEqual([]);
    await journey.clock.advance({ minutes: 1 });
    await journey.settled();
    expect(await anna.received()).toEqual(["One", "Two"]);

    await journey.whatsapp.setFault({ kind: "error", code: 130429, times: 1 });
    await bao.submits(anna, "Three");
    await journey.settled();
    await journey.db.query("update channels set paused_until = paused_until + 60000");
    await bao.submits(ben, "Ben again");
    await journey.settled();
    expect(await ben.received()).toEqual(["For Ben"]);
    await journey.clock.advance({ minutes: 2 });
    await journey.settled();
    expect(await ben.received()).toEqual(["For Ben", "Ben again"]);
    expect(await anna.received()).toEqual(["One", "Two", "Three"]);
  });

  test("is given up after so many tries: a refusal, and the customer waits again", async () => {
    await journey.whatsapp.setFault({ kind: "serverError", httpStatus: 503 });
    await bao.submits(anna);
    for (let attempt = 1; attempt <= 8; attempt++) {
      await journey.settled();
      expect(await attempts()).toBe(attempt);
      await journey.clock.advance({ minutes: 8 });
    }
    await journey.settled();
    expect(await attempts()).toBe(8);
    expect(await delivery()).toMatchObject({ state: "failed", error: { code: "2" } });
    expect(await anna.session()).toMatchObject({ wait: { number: 1 } });
    expect(await bao.told()).toContain("sendFailed");
  });
});

describe("a send that is refused for good", () => {
  test.each([131047, 131026, 131021, 130403, 131051, 132000, 100])(
    "is not tried again, and its writer is told: %i",
    async (code) => {
      await journey.whatsapp.setFault({ kind: "error", code });
      await bao.replies(anna);
      await journey.clock.advance({ hours: 1 });
      await journey.settled();
      expect(await attempts()).toBe(1);
      expect(await delivery()).toMatchObject({
        state: "failed",
        error: { code: String(code), message: expect.any(String) },
      });
      expect(await anna.session()).toMatchObject({ wait: { number: 1 } });
      expect(await bao.told()).toContain("sendFailed");
    },
  );

  test("for a dead token stops the channel; a new token starts it again", async () => {
    const ben = await journey.customer("Ben");
    await ben.writes();
    await journey.whatsapp.updateNumber("106540352242922", { accessToken: "new-token" });
    await bao.replies(anna);
    expect(await delivery()).toMatchObject({ state: "failed", error: { code: "190" } });
    const { body } = await journey.admin.call("GET /channels");
    expect(body).toMatchObject({ channels: [{ stoppedReason: expect.stringContaining("190") }] });
    await bao.submits(ben, "For Ben");
    await journey.clock.advance({ hours: 1 });
    await journey.settled();
    expect(await attempts(ben)).toBe(0);
    const config = { accessToken: "new-token" };
    await journey.admin.call(`PATCH /channels/${journey.channelId}`, { config });
    await journey.until(async () => (await ben.received()).length === 1, "the message to leave");
    expect(await ben.received()).toEqual(["For Ben"]);
  });

  test("outside the window is refused at the door: send a template", async () => {
    await journey.clock.advance({ hours: 24 });
    const id = await anna.sessionId();
    const reply = { type: "text", text: "Too late" };
    expect(await bao.refusal(`POST /sessions/${id}/messages`, reply)).toBe("window_closed");
    await bao.sendsTemplate(anna, "we_are_back");
    expect(await anna.received()).toEqual(["template we_are_back"]);
  });
});

describe("a send whose outcome is unknown", () => {
  test.each([
    ["accepted, and the answer never came", { kind: "acceptedNoAnswer", times: 1 }, true],
    ["dropped, and the answer never came", { kind: "droppedNotAccepted", times: 1 }, false],
    ["a gateway gave up", { kind: "serverError", httpStatus: 504, body: "html", times: 1 }, false],
  ] as const)("is never repeated: %s", async (_what, fault, arrives) => {
    await journey.whatsapp.updateCustomer(anna.id, { statusDelays: { sentMs: 60_000 } });
    await journey.whatsapp.setFault(fault);
    await bao.replies(anna);
    expect(await delivery()).toMatchObject({ state: "unknown" });
    expect(await anna.acts()).toContain("sendUnknown");
    await journey.clock.advance({ minutes: 20 });
    expect(await attempts()).toBe(1);
    expect(await anna.received()).toEqual(arrives ? ["Here it is"] : []);
    await journey.whatsapp.flush();
    await journey.settled();
    expect(await delivery()).toMatchObject({ state: arrives ? "read" : "unknown" });
  });

  test("counts as sent: the close counts from it", async () => {
    await journey.whatsapp.setFault({ kind: "droppedNotAccepted", times: 1 });
    await bao.replies(anna);
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    expect(await anna.session()).toMatchObject({ closed: { kind: "clock" } });
    expect(await anna.received()).toEqual(["Bye"]);
  });

  test("of an end message is settled by a status as well", async () => {
    await bao.replies(anna);
    await journey.settled();
    await journey.whatsapp.setFault({ kind: "acceptedNoAnswer", times: 1 });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    await journey.until(
      async () => (await delivery())?.state === "read",
      "the status to settle it",
    );
    expect(await anna.received()).toEqual(["Here it is", "Bye"]);
    expect(await anna.session()).toMatchObject({ state: "closed" });
  });
});

describe("an end message that must be tried again", () => {
  beforeEach(async () => {
    await bao.replies(anna);
    await journey.settled();
  });

  test("leaves later, once", async () => {
    await journey.whatsapp.setFault({ kind: "serverError", times: 2 });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await journey.settled();
      await journey.clock.advance({ minutes: 1 });
    }
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is", "Bye"]);
  });

  test("does not leave any more when the customer wrote before it was tried again", async () => {
    await journey.whatsapp.setFault({ kind: "error", code: 80007, times: 1 });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    await journey.settled();
    await journey.clock.advance({ seconds: 2 });
    await anna.writes("Hello again");
    await journey.clock.advance({ minutes: 30 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
  });

  test("does not leave any more when the customer wrote while WhatsApp refused it", async () => {
    await journey.whatsapp.setFault({ kind: "slowAnswer", ms: 60_000, times: 1 });
    await journey.whatsapp.setFault({ kind: "error", code: 80007, times: 1 });
    await journey.clock.reach((await anna.session()).deadlines.closeAt);
    const sending = "select 1 from outbox where kind = 'end' and state = 'sending'";
    await journey.until(async () => (await journey.db.query(sending)).length === 1, "the send");
    await anna.writes("Hello again", { at: (await journey.clock.now()) + 2_000 });
    await journey.whatsapp.flush();
    await journey.settled();
    await journey.clock.advance({ minutes: 30 });
    await journey.settled();
    expect(await anna.received()).toEqual(["Here it is"]);
    const rows = await journey.db.query("select delivery from messages where kind = 'automatic'");
    expect(rows).toEqual([{ delivery: "withdrawn" }]);
  });
});
