import { afterAll, beforeAll, beforeEach } from "vitest";
import { createTestApi, type TestApi, type TestTenant } from "./test-api.ts";

/** A session that the business's agent holds, and the customer's phone. */
export interface TakenSession {
  readonly api: TestApi;
  readonly acme: TestTenant;
  readonly session: string;
  readonly phone: string;
}

/**
 * One business for a file of tests, and for each of its tests a session of a new customer, which its agent
 * has taken. Told before each test.
 */
export function eachWithTakenSession(tell: (taken: TakenSession) => void): void {
  let api: TestApi;
  let acme: TestTenant;
  let customers = 0;
  beforeAll(async () => {
    api = await createTestApi();
    acme = await api.createTenant("Acme");
  });
  beforeEach(async () => {
    customers += 1;
    const phone = String(49_170_000 + customers);
    const session = await acme.customerWrites(phone);
    await acme.agent.call(`POST /sessions/${session}/take`);
    tell({ api, acme, session, phone });
  });
  afterAll(() => api.close());
}
