import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { MemberIdentity } from "../actions/deps.ts";
import { newId } from "../platform/ids.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { PresenceKeeper } from "./realtime-hub-presence.ts";

let shop: TestBusiness;
let lan: MemberIdentity;

beforeAll(async () => {
  shop = await createTestBusiness();
  lan = await shop.hire("Lan", { online: false });
});
afterAll(() => shop.close());

test("a tab that flickers is written once a second, as it is then", async () => {
  const keeper = new PresenceKeeper({ deps: shop.deps, nodeId: newId() });
  const { ready, show, leave } = keeper.add(lan, { resumes: false });
  await ready;
  const commits = vi.spyOn(shop.deps.db, "transaction");
  const visible = async () =>
    await shop.deps.db.query("select visible from member_connections where member_id = $1", [
      lan.id,
    ]);
  show(true);
  await expect.poll(visible, { timeout: 10_000 }).toEqual([{ visible: true }]);
  for (let flicker = 0; flicker < 51; flicker++) {
    show(flicker % 2 === 1);
    await visible();
  }
  await expect.poll(visible, { timeout: 10_000 }).toEqual([{ visible: false }]);
  // However long it took: one more for each second of it.
  expect(commits.mock.calls.length).toBeLessThan(20);
  leave();
  await keeper.stop();
});
