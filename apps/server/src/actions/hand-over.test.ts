/** clock.md §8: "deactivating a member moves those with a wait and unassigns the rest". */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHolds } from "../testkit/journey-holds.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import type { MemberIdentity } from "./deps.ts";
import { handOver } from "./hand-over.ts";

let shop: TestBusiness;
let lan: MemberIdentity;

beforeEach(async () => {
  shop = await createTestBusiness();
  lan = await shop.hire("Lan");
  await shop.assignInTurn([lan]);
});
afterEach(() => shop.close());

test("a session that somebody works on keeps none of the others waiting, and follows them", async () => {
  const [busy, other] = [await shop.customerWrites("84901"), await shop.customerWrites("84902")];
  const bao = await shop.hire("Bao");
  await shop.deps.db.query("update assignment_rules set enabled = false");
  await shop.assignInTurn([bao]);
  await shop.deps.db.query(
    "update members set active = false, deactivated_at = now_ms() where id = $1",
    [lan.id],
  );
  const release = await createHolds(shop.deps.db).holdSession(busy.id);
  await handOver(shop.deps, null);
  expect(await holders(busy.id, other.id)).toEqual([lan.id, bao.id]);
  await release();
  await handOver(shop.deps, null);
  expect(await holders(busy.id, other.id)).toEqual([bao.id, bao.id]);
});

async function holders(...ids: readonly string[]): Promise<(string | null)[]> {
  const sessions = await Promise.all(ids.map((id) => shop.session(id)));
  return sessions.map(({ facts }) => facts.assignee);
}
