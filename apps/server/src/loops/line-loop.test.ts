import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MemberIdentity } from "../actions/deps.ts";
import { setStatus } from "../actions/presence.ts";
import { every } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import { PACE } from "../platform/pace.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { createLineLoop, type LineLoop } from "./line-loop.ts";

const PATIENT = { timeout: 10_000 };
let shop: TestBusiness;
let lan: MemberIdentity;
let line: LineLoop;
let othersRest: () => void;

/** The loop has swept once, and from then on lines of other accounts move all the time. */
beforeEach(async () => {
  shop = await createTestBusiness();
  lan = await shop.hire("Lan");
  await shop.assignInTurn([lan]);
  const assignee = await joinsLineUnheard("84901");
  line = createLineLoop(shop.deps);
  line.loop.start();
  await vi.waitFor(async () => expect(await assignee()).toBe(lan.id), PATIENT);
  othersRest = every(1, () => line.moved(newId()));
});
afterEach(async () => {
  vi.restoreAllMocks();
  othersRest();
  await line.loop.stop();
  await shop.close();
});

describe("a line of which no signal came, while others move all the time,", () => {
  test("is drained by the next sweep", async () => {
    const assignee = await joinsLineUnheard("84902");
    const { now } = performance;
    vi.spyOn(performance, "now").mockImplementation(() => now.call(performance) + PACE.linePollMs);
    await vi.waitFor(async () => expect(await assignee()).toBe(lan.id), PATIENT);
  });

  test("is drained at once when signals may have been lost", async () => {
    const assignee = await joinsLineUnheard("84902");
    line.moved(null);
    await vi.waitFor(async () => expect(await assignee()).toBe(lan.id), PATIENT);
  });
});

/** Somebody waits in line though Lan is eligible, and no signal tells it; gives who has the session. */
async function joinsLineUnheard(phone: string): Promise<() => Promise<string | null>> {
  await setStatus(shop.deps, { member: lan, status: "away" });
  const { id } = await shop.customerWrites(phone);
  await setStatus(shop.deps, { member: lan, status: "available" });
  return async () => (await shop.session(id)).facts.assignee;
}
