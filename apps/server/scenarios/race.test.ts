/**
 * The customer's reply races the close (clock.md §9.1–9.3): each order forced many times, and many
 * times left to chance. Judged from the stored rows after every round.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

const ROUNDS = 60;

let journey: Journey<"bao">;
let anna: Customer;

beforeEach(async () => {
  journey = await startJourney({
    agents: ["bao"],
    settings: { closure: { enabled: true, afterMinutes: 30, message: "Bye" } },
  });
  anna = await journey.customer();
  await anna.writes();
});
afterEach(() => journey.end());

/** Bao answers; gives when the session will close. */
async function answered(): Promise<number> {
  await journey.agents.bao.replies(anna);
  return Date.parse((await anna.session()).deadlines.closeAt ?? "");
}

interface Outcome {
  readonly closes: number;
  readonly sessions: number;
}

/** What must hold after a round, whichever came first; gives what happened so far. */
async function judge(message: { readonly id: string }): Promise<Outcome> {
  await journey.settled();
  expect(await journey.db.query("select * from test_violations")).toEqual([]);
  const [kept] = await journey.db.query(
    `select count(*)::int as copies, bool_and(s.closed_at is null) as open,
       bool_and(s.wait_number = m.wait_number) as owed
     from messages m join sessions s on s.account_id = m.account_id and s.id = m.session_id
     where m.external_id = $1`,
    [message.id],
  );
  // The message is there once, in an open session, and is owed a reply.
  expect(kept).toEqual({ copies: 1, open: true, owed: true });
  const [ends] = await journey.db.query<{ left: number; waiting: number; most: number }>(
    `select count(*) filter (where delivery in ('sent', 'delivered', 'read'))::int as left,
       count(*) filter (where delivery in ('queued', 'sending'))::int as waiting
     from messages where kind = 'automatic'`,
  );
  const received = (await anna.received()).filter((text) => text === "Bye").length;
  expect(ends).toEqual({ left: received, waiting: 0 });
  const [outcome] = await journey.db.query<{ closes: number; sessions: number; ends: number }>(
    `select (select count(*)::int from timeline where kind = 'closed') as closes,
       (select count(*)::int from messages where kind = 'automatic') as ends,
       (select count(*)::int from sessions) as sessions`,
  );
  expect(outcome?.ends).toBe(outcome?.closes);
  return { closes: outcome?.closes ?? 0, sessions: outcome?.sessions ?? 0 };
}

test("a customer whose message is committed first is not closed, 60 times", async () => {
  let closes = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const closeAt = await answered();
    const release = await journey.holdSession(await anna.sessionId());
    await journey.clock.reach(closeAt);
    const message = await anna.posts(`In time ${round}`);
    await journey.waiting(1);
    await release();
    ({ closes } = await judge(message));
  }
  // The lock goes to the message, which waits for it; only a timer at that very instant overtakes it.
  expect(closes).toBeLessThan(ROUNDS / 10);
  expect(await anna.sessions()).toHaveLength(1);
});

test("a close that is committed first is void, or a new session opens, 60 times each", async () => {
  let before: Outcome = { closes: 0, sessions: 1 };
  for (let round = 1; round <= 2 * ROUNDS; round++) {
    const wasOnItsWay = round % 2 === 0;
    const closeAt = await answered();
    const release = await journey.holdCommits();
    await journey.clock.reach(closeAt);
    await journey.waiting(1);
    const at = closeAt + (wasOnItsWay ? -5_000 : 5_000);
    const message = await anna.posts(`Round ${round}`, { at });
    await journey.waiting(2);
    await release();
    const after = await judge(message);
    expect(after.closes).toBe(before.closes + 1);
    expect(after.sessions).toBe(before.sessions + (wasOnItsWay ? 0 : 1));
    before = after;
  }
});

test("whichever comes first by chance, nothing that must not happen happens, 120 times", async () => {
  let before: Outcome = { closes: 0, sessions: 1 };
  // So many ms are left when the customer writes: fewer after she was first, more after the close was.
  let leftMs = 10;
  for (let round = 1; round <= 2 * ROUNDS; round++) {
    const closeAt = await answered();
    await journey.clock.reachBefore(closeAt, { ms: leftMs });
    const after = await judge(await anna.posts(`Round ${round}`));
    const closed = after.closes - before.closes;
    expect(closed).toBeLessThanOrEqual(1);
    leftMs = closed === 1 ? leftMs + 2 : Math.max(0, leftMs - 1);
    before = after;
  }
  expect(before.closes).toBeGreaterThan(0);
  expect(before.closes).toBeLessThan(2 * ROUNDS);
});
