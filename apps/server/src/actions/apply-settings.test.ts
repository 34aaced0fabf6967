import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { applySettings } from "./apply-settings.ts";

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;

let business: TestBusiness;

beforeEach(async () => {
  business = await createTestBusiness();
  while (await applySettings(business.deps));
});
afterEach(() => business.close());

describe("a save for all open sessions", () => {
  test("is not over while somebody who may have missed it is still at work", async () => {
    await business.configure({ closure, reassign, reply: { ...reply, enabled: true } });
    await business.deps.db.transaction(async (tx) => {
      await tx.query("select pg_current_xact_id()");
      expect(await applySettings(business.deps)).toBe(true);
      expect(await applySettings(business.deps)).toBe(true);
    });
    await expect.poll(() => applySettings(business.deps)).toBe(false);
    const rows = await business.deps.db.query(
      "select 1 from clock_settings where applied_at is null",
    );
    expect(rows).toEqual([]);
  });
});
