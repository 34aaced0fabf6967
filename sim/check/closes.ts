import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import { newMessages } from "./memory.ts";

/** A decision may have read so long before whether a hold was on. */
const STALE_MS = 5_000;

/**
 * clock.md §9.1: nothing closes while the customer is owed a reply or a reply has not left; and a wait runs
 * exactly when something is owed, from the earliest message on.
 */
export function judgeCloses(look: Look): readonly Finding[] {
  const { seen, before, owed } = look;
  const closes = seen.acts.filter(
    ({ kind, explanation }) => kind === "closed" && explanation.by.type === "clock",
  );
  const snoozed = before.row?.snoozed_until ?? 0;
  return [
    ...closes.flatMap(({ at }) => [
      ...when("§9.1", owed.length > 0, "closed while the customer is owed a reply"),
      ...when("§9.1", repliesPending(look) > 0, "closed while a reply has not left"),
      ...when("§5", snoozed > at, "closed by the clock while snoozed"),
      ...when("§6", look.world.wasHeld(at - STALE_MS), "closed by the clock during a hold"),
    ]),
    ...judgeTurn(look),
  ];
}

function repliesPending({ seen }: Look): number {
  return seen.outbox.filter(({ kind }) => kind === "agent").length;
}

function judgeTurn(look: Look): readonly Finding[] {
  const { seen, before, owed } = look;
  const { session } = seen;
  if (session.closed_at !== null) {
    const arrived = newMessages(seen, before).filter(
      ({ kind, starts_nothing }) => kind === "inbound" && !starts_nothing,
    );
    return when("§5", arrived.length > 0, "a customer's message was put into a closed session");
  }
  const { wait_number: wait, wait_started_at: startedAt, wait_started_by: startedBy } = session;
  if (wait === null) {
    return when("§9.1", owed.length > 0, "the customer is owed a reply and no wait runs");
  }
  const first = owed.reduce((a, { at }) => Math.min(a, at), Number.POSITIVE_INFINITY);
  const starter = owed.find(({ id }) => id === startedBy);
  return [
    ...when("§4.2", owed.length === 0, "a wait runs though nothing is owed"),
    ...when(
      "§4.2",
      owed.length > 0 && startedAt !== first,
      `a wait starts at ${startedAt}, not ${first}`,
    ),
    ...when(
      "§4.2",
      owed.length > 0 && starter?.at !== first,
      "a wait was started by another message",
    ),
  ];
}
