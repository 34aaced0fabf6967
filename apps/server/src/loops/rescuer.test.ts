import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { holdIsOn } from "../store/nodes.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { createRescuer, RESCUER_DEFAULTS } from "./rescuer.ts";

let business: TestBusiness;

beforeEach(async () => {
  business = await createTestBusiness();
});
afterEach(() => business.close());

describe("the rescuer", () => {
  test("ends a hold though saves can't be applied", async () => {
    const { deps } = business;
    await deps.db.query("insert into outages (began_at, detected_at) values (0, now_ms() - 61000)");
    await deps.db.query("alter table clock_settings rename to clock_settings_gone");
    const metrics = { deadlineFired: () => undefined };
    const line = vi.fn<(accountId: string | null) => void>();
    const signals = { ...deps.signals, line };
    const options = { ...RESCUER_DEFAULTS, hold: { quietMs: 60_000, limitMs: 300_000 } };
    const rescuer = createRescuer({ ...deps, signals }, metrics, options);
    rescuer.start();
    await vi.waitFor(async () => expect(await holdIsOn(deps.db)).toBe(false));
    await rescuer.stop();
    // What reassignments were held back from is looked at now, in every account.
    expect(line.mock.calls).toEqual([[null]]);
  });
});
