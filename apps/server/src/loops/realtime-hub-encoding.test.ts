import { describe, expect, test } from "vitest";
import type { Sight } from "../permissions/sees.ts";
import type { EventRow } from "../store/event-log.ts";
import { createEncoder } from "./realtime-hub-encoding.ts";

const SUPERVISORS = ["a", "b", "c"].map(
  (memberId): Sight => ({ memberId, role: "supervisor", channels: null }),
);
const [ANN, BEN] = SUPERVISORS as [Sight, Sight];

let looks = 0;

/** An event of a session that Ada alone holds; counts how often somebody looks whose it is. */
function row(id: number, memberId: string | null = null): EventRow {
  return {
    ...{ id, xid: 1n, accountId: "acme", type: "session.changed", at: 1, payload: "{}" },
    get sessionId() {
      looks += 1;
      return "session";
    },
    memberId,
    session: { channelId: "channel", assigneeId: "ada", readerIds: [] },
    lostBy: null,
  };
}

function idsIn(encoded: Buffer | null): number[] {
  if (encoded === null) return [];
  const { events } = JSON.parse(encoded.toString()) as { events: { id: number }[] };
  return events.map(({ id }) => id);
}

describe("a batch of events", () => {
  test("is looked through once for everybody who sees every session", () => {
    const encode = createEncoder([row(1), row(2)], "cursor", 1);
    const first = encode(ANN);
    looks = 0;
    for (const sight of SUPERVISORS) expect(encode(sight)).toBe(first);
    expect(looks).toBe(0);
    expect(idsIn(first)).toEqual([1, 2]);
  });

  test("has for each what is theirs alone, and for an agent what they see", () => {
    const encode = createEncoder([row(1), row(2, BEN.memberId)], "cursor", 1);
    expect(idsIn(encode(ANN))).toEqual([1]);
    expect(idsIn(encode(BEN))).toEqual([1, 2]);
    expect(idsIn(encode({ memberId: "ada", role: "agent", channels: null }))).toEqual([1]);
    expect(idsIn(encode({ memberId: "eve", role: "agent", channels: null }))).toEqual([]);
  });
});
