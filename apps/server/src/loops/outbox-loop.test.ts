import type { Channel, SendOutcome } from "@punctual/channel-kit";
import { whatsapp } from "@punctual/channel-whatsapp";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MemberIdentity } from "../actions/deps.ts";
import { fireTimers } from "../actions/fire-timers.ts";
import { sendReply } from "../actions/send-reply.ts";
import { createLogger } from "../platform/logger.ts";
import { createMetrics } from "../platform/metrics.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { createOutboxLoop, type OutboxLoop } from "./outbox-loop.ts";

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SOON = { timeout: 5_000 };
const CUSTOMER = "84901234567";

let business: TestBusiness;
let bao: MemberIdentity;
let outbox: OutboxLoop;
/** What the provider answers, and what it does before it answers. */
let provider: () => Promise<SendOutcome>;

beforeEach(async () => {
  business = await createTestBusiness();
  bao = await business.hire("Bao");
  await business.assignInTurn([bao]);
  await business.configure({
    closure: { ...closure, enabled: true, afterMinutes: 30, message: "Bye" },
    reassign,
    reply,
  });
  provider = async () => accepted();
  const channel: Channel<unknown> = {
    ...whatsapp,
    parseConfig: () => null,
    send: () => provider(),
  };
  const { deps } = business;
  const metrics = createMetrics({
    logger: createLogger("silent"),
    pools: [deps.db.pool],
    readLoad: () => Promise.reject(new Error("nobody asks")),
  });
  outbox = createOutboxLoop(deps, metrics, {
    nodeId: bao.id,
    channels: new Map([["whatsapp", channel]]),
    fetch: globalThis.fetch,
    timeoutMs: 1_000,
  });
});
afterEach(async () => {
  await outbox.loop.stop();
  await outbox.idle();
  await business.close();
});

let accepts = 0;
function accepted(): SendOutcome {
  accepts += 1;
  return { type: "sent", externalId: `wamid.out.${accepts}`, contact: null };
}

async function answered(): Promise<string> {
  const { accountId, deps } = business;
  const session = await business.customerWrites(CUSTOMER);
  const body = { type: "text", text: "Yes" } as const;
  await sendReply(deps, { accountId, sessionId: session.id, by: bao, body });
  return session.id;
}

async function delivery(kind: "agent" | "automatic"): Promise<string | undefined> {
  const [row] = await business.deps.db.query<{ delivery: string }>(
    "select delivery from messages where kind = $1",
    [kind],
  );
  return row?.delivery;
}

describe("sending", () => {
  test("a refusal is recorded though the database was away when it came", async () => {
    const { db } = business.deps;
    await db.query(
      `create function away() returns trigger language plpgsql as $$ begin
         raise exception 'shutting down' using errcode = '57P01'; end $$`,
    );
    provider = async () => {
      await db.query("create trigger away before update on messages execute function away()");
      return { type: "rejected", code: "131026", message: "no", stopsChannel: false };
    };
    const sessionId = await answered();
    const warned = vi.spyOn(business.deps.logger, "warn");
    outbox.loop.start();
    await vi.waitFor(() => expect(warned).toHaveBeenCalled());
    await db.query("drop trigger away on messages");
    await vi.waitFor(async () => expect(await delivery("agent")).toBe("failed"));
    expect((await business.session(sessionId)).facts.wait?.number).toBe(1);
  });

  test("an end message that must be tried again doesn't follow what the customer wrote since", async () => {
    await answered();
    outbox.loop.start();
    await vi.waitFor(async () => expect(await delivery("agent")).toBe("sent"));
    await business.clock.advance({ minutes: 30 });
    provider = async () => {
      await business.clock.advance({ seconds: 5 });
      await business.customerWrites(CUSTOMER);
      provider = async () => accepted();
      return {
        type: "retry",
        code: "131016",
        message: "busy",
        scope: "message",
        maxAttempts: 5,
        afterMs: () => 0,
      };
    };
    await fireTimers(business.deps, 10);
    outbox.loop.wake();
    await vi.waitFor(async () => expect(await delivery("automatic")).toBe("withdrawn"), SOON);
    expect(await business.sessionsOf(CUSTOMER)).toHaveLength(2);
  });
});
