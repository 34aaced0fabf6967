/**
 * Whoever is told something, or told no more, hears of it at once: the commit that writes it wakes the
 * loop that brings it, which would otherwise find it by polling.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claimSends } from "../store/outbox.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { recordDelivery } from "./record-delivery.ts";
import { recordStatuses } from "./record-statuses.ts";
import { reportLateSends } from "./report-late-sends.ts";
import { sendReply } from "./send-reply.ts";
import { addSessionPerson, dropSessionPerson } from "./session-people.ts";
import { settleStaleSends } from "./settle-stale-sends.ts";

let business: TestBusiness;
let deps: Deps;
let bao: MemberIdentity;
let chi: MemberIdentity;
let sessionId: string;
let phone = 84_900_000;
/** Signals since the last look. */
let woken = 0;

beforeAll(async () => {
  business = await createTestBusiness();
  const { signals } = business.deps;
  const alerts = () => {
    woken += 1;
  };
  deps = { ...business.deps, signals: { ...signals, alerts } };
  bao = await business.hire("Bao");
  chi = await business.hire("Chi");
});

afterAll(() => business.close());

beforeEach(async () => {
  phone += 1;
  sessionId = (await business.customerWrites(String(phone))).id;
});

/** Whether the loop is woken by this act, not by what came before. */
async function wakes(act: () => Promise<unknown>): Promise<boolean> {
  woken = 0;
  await act();
  return woken > 0;
}

test("who is invited, and who no longer helps", async () => {
  const invitation = {
    ...{ accountId: business.accountId, sessionId, by: bao },
    ...{ memberId: chi.id, role: "supporter" as const },
  };
  expect(await wakes(() => addSessionPerson(deps, invitation))).toBe(true);
  expect(await wakes(() => addSessionPerson(deps, invitation))).toBe(false);
  expect(await wakes(() => dropSessionPerson(deps, invitation))).toBe(true);
});

describe("whoever was told that a reply is late", () => {
  let messageId: string;

  beforeEach(async () => {
    const { accountId } = business;
    const body = { type: "text" as const, text: "Hi" };
    ({ messageId } = await sendReply(deps, { accountId, sessionId, by: bao, body }));
    await business.clock.advance({ minutes: 5 });
    expect(await wakes(() => reportLateSends(deps, 60_000))).toBe(true);
  });

  async function stillTold(): Promise<boolean> {
    const rows = await deps.db.query(
      "select 1 from notifications where key = $1 and withdrawn_at is null",
      [`sendLate:${messageId}`],
    );
    return rows.length > 0;
  }

  async function claim() {
    const claimed = await deps.db.transaction((tx) => claimSends(tx, bao.id, 10));
    const send = claimed.find((each) => each.messageId === messageId);
    if (send === undefined) throw new Error("the reply was not claimed");
    return send;
  }

  test("when the provider took it", async () => {
    const outcome = { type: "sent", externalId: `wamid.${phone}`, contact: null } as const;
    const send = await claim();
    expect(await stillTold()).toBe(true);
    expect(await wakes(() => recordDelivery(deps, [{ send, outcome }]))).toBe(true);
    expect(await stillTold()).toBe(false);
  });

  test("when its sender died", async () => {
    await claim();
    await business.clock.advance({ minutes: 2 });
    expect(await wakes(() => settleStaleSends(deps, 60_000))).toBe(true);
    expect(await stillTold()).toBe(false);
  });

  test("when it had left though the provider's answer said it had not", async () => {
    const refusal = { code: "503", message: "Later", maxAttempts: 3, afterMs: () => 600_000 };
    const outcome = { type: "retry", scope: "message", ...refusal } as const;
    await recordDelivery(deps, [{ send: await claim(), outcome }]);
    const status = {
      type: "deliveryStatus",
      address: "1",
      at: Date.now(),
      raw: null,
      contact: null,
      externalId: `wamid.${phone}`,
      reference: messageId,
      error: null,
      status: "sent",
      providerStatus: "sent",
    } as const;
    const { accountId, channelId } = business;
    const told = () => recordStatuses(deps, [{ accountId, channelId, event: status }]);
    expect(await wakes(told)).toBe(true);
    expect(await stillTold()).toBe(false);
  });
});
