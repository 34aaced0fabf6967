import { afterEach, beforeEach, expect, test } from "vitest";
import {
  assignSession,
  markNoReplyNeeded,
  reopenSession,
  snoozeSession,
} from "../../apps/server/src/actions/act-on-session.ts";
import { applySettings } from "../../apps/server/src/actions/apply-settings.ts";
import { closeSession } from "../../apps/server/src/actions/close-session.ts";
import { drainLine } from "../../apps/server/src/actions/drain-line.ts";
import { fireTimers } from "../../apps/server/src/actions/fire-timers.ts";
import { recordDelivery } from "../../apps/server/src/actions/record-delivery.ts";
import { sendReply } from "../../apps/server/src/actions/send-reply.ts";
import { claimSends } from "../../apps/server/src/store/outbox.ts";
import {
  createTestBusiness,
  type TestBusiness,
} from "../../apps/server/src/testkit/test-business.ts";
import type { Checker, SimViolation } from "../checker.ts";
import { createChecker } from "./create-checker.ts";

const NODE = "00000000-0000-4000-8000-000000000001";

let business: TestBusiness;
let checker: Checker;
const witness = {
  acknowledged: [],
  sends: [],
  disturbed: [],
  latenessGoalMs: 15 * 60_000,
  windowMs: 24 * 60 * 60_000,
};

beforeEach(async () => {
  business = await createTestBusiness();
  checker = await createChecker(business.deps.db, witness);
});

afterEach(() => business.close());

test("a day of a business in order breaks no rule", async () => {
  const { deps, accountId } = business;
  const lan = await business.hire("Lan");
  const minh = await business.hire("Minh");
  const ada = await business.hire("Ada", { role: "supervisor" });
  await business.assignInTurn([lan, minh]);
  await business.configure({
    closure: {
      enabled: true,
      afterMinutes: 60,
      message: "Bye",
      outsideWindow: "silent",
      reopenWithinMinutes: null,
    },
    reassign: { enabled: true, afterMinutes: 10, maxPerWait: 3 },
    reply: { enabled: true, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
  });
  const found: SimViolation[] = [];
  const look = async () => found.push(...(await checker.afterStep(await business.clock.now())));
  const pass = async (minutes: number) => {
    await business.clock.advance({ minutes });
    await look();
    await fireTimers(deps, 100);
    await look();
    await drainLine(deps, accountId);
    await look();
  };
  const leave = async () => {
    const sends = await deps.db.transaction((tx) => claimSends(tx, NODE, 10));
    await look();
    await recordDelivery(
      deps,
      sends.map((send) => ({
        send,
        outcome: { type: "sent", externalId: `out.${send.messageId}`, contact: null },
      })),
    );
    await look();
  };
  await look();
  const { id: sessionId } = await business.customerWrites("84900000001");
  const act = { accountId, sessionId };
  await look();
  await pass(10);
  await pass(10);
  await pass(15);
  await sendReply(deps, { ...act, by: lan, body: { type: "text", text: "Hello" } });
  await look();
  await leave();
  await business.customerWrites("84900000001", { text: "thanks" });
  await look();
  await markNoReplyNeeded(deps, { ...act, by: lan });
  await look();
  const until = (await business.clock.now()) + 90 * 60_000;
  await snoozeSession(deps, { ...act, by: lan, until });
  await look();
  await pass(91);
  await pass(61);
  await leave();
  await reopenSession(deps, { ...act, by: ada });
  await look();
  await business.customerWrites("84900000001", { text: "again" });
  await look();
  await assignSession(deps, { ...act, by: ada, to: ada.id });
  await look();
  await closeSession(deps, { ...act, by: ada, reason: "spam", sendMessage: true });
  await look();
  await business.clock.advance({ minutes: 1 });
  await business.customerWrites("84900000001", { text: "and again" });
  await look();
  expect(found).toEqual([]);
  while (await applySettings(deps)) await look();
  expect(await checker.atEnd(await business.clock.now())).toEqual([]);
});
