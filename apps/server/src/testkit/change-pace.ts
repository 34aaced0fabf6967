import { afterAll, beforeAll } from "vitest";
import { PACE, type Pace } from "../platform/pace.ts";

/**
 * Changes how often servers in this process look after things by themselves, for one file of tests. What
 * is to happen by a signal alone is then not brought about by polling, however slow the machine is.
 */
export function changePace(change: Partial<Pace>): void {
  const usual = { ...PACE };
  beforeAll(() => void Object.assign(PACE, change));
  afterAll(() => void Object.assign(PACE, usual));
}
