import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import { newMessages } from "./memory.ts";
import type { SeenAct } from "./rows.ts";

/** No transaction may take longer than this between its decision and its commit. */
const LONGEST_COMMIT_MS = 120_000;

/**
 * clock.md §3: the facts that deadlines count from say what happened: each changed with the act, or the
 * send, that changes it, and with nothing else.
 */
export function judgeFacts(look: Look): readonly Finding[] {
  const { session, acts } = look.seen;
  const { row } = look.before;
  const moved = lastOf(acts, "assigned", "unassigned");
  const known = lastOf(acts, "waitStarted", "waitRestored");
  const turned = lastOf(acts, "closed", "reopened");
  const closedAt = turned?.kind === "reopened" ? null : turned?.at;
  return [
    ...follows("closed_at", session.closed_at, row?.closed_at, closedAt),
    ...follows("assigned_at", session.assigned_at, row?.assigned_at, timeAssigned(moved)),
    ...follows("assignee_id", session.assignee_id, row?.assignee_id, moved?.explanation.to),
    ...follows(
      "no_reply_needed_at",
      session.no_reply_needed_at,
      row?.no_reply_needed_at,
      at(acts, "dismissed"),
    ),
    ...follows("reopened_at", session.reopened_at, row?.reopened_at, at(acts, "reopened")),
    ...follows("woken_at", session.woken_at, row?.woken_at, at(acts, "woken")),
    ...(session.wait_number === null
      ? []
      : follows("wait_known_at", session.wait_known_at, row?.wait_known_at, known?.at)),
    ...judgeLeft(look),
    ...judgePending(look),
    ...judgeMarked(look),
  ];
}

function lastOf(acts: readonly SeenAct[], ...kinds: readonly string[]): SeenAct | undefined {
  return acts.findLast(({ kind }) => kinds.includes(kind));
}

function at(acts: readonly SeenAct[], kind: string): number | undefined {
  return lastOf(acts, kind)?.at;
}

function timeAssigned(act: SeenAct | undefined): number | null | undefined {
  return act?.explanation.to === null ? null : act?.at;
}

/** @param changed what the commit's acts make of it; `undefined`: they leave it as it was */
function follows<T>(
  name: string,
  value: T | null,
  before: T | null | undefined,
  changed: T | null | undefined,
): readonly Finding[] {
  const expected = changed === undefined ? (before ?? null) : changed;
  return when("§3", value !== expected, `${name} is ${value}, not ${expected}`);
}

/**
 * The close counts from the latest time that a message left or was refused, or from an echo; what is only
 * kept, since the contact is blocked, moves nothing (clock.md §4.8).
 */
function judgeLeft(look: Look): readonly Finding[] {
  const { seen, before, now } = look;
  const left = seen.session.last_agent_message_at;
  const previous = before.row?.last_agent_message_at ?? null;
  const pending = new Set(seen.outbox.map(({ message_id }) => message_id));
  const settled = [...before.pending].filter((id) => !pending.has(id));
  const refused = seen.acts.filter(({ kind }) => kind === "sendFailed");
  const echoes = newMessages(seen, before).filter(
    ({ is_echo, starts_nothing }) => is_echo && !starts_nothing,
  );
  if (settled.length + refused.length + echoes.length === 0) {
    return when("§3", left !== previous, `last_agent_message_at went from ${previous} to ${left}`);
  }
  const earliest = Math.max(
    previous ?? 0,
    ...echoes.map((echo) => echo.at),
    ...(settled.length + refused.length > 0 ? [now - LONGEST_COMMIT_MS] : []),
  );
  const isRight = left !== null && left >= earliest && left <= now;
  return when(
    "§3",
    !isRight,
    `last_agent_message_at is ${left}, before ${earliest} or after ${now}`,
  );
}

/** Agent messages queued or being sent are those in the outbox. */
function judgePending({ seen }: Look): readonly Finding[] {
  const { pending_sends: counted } = seen.session;
  const pending = seen.outbox.filter(({ kind }) => kind === "agent").length;
  return when(
    "§9.1",
    counted !== pending,
    `${counted} replies are pending, and ${pending} in the outbox`,
  );
}

/** A wait becomes overdue with an act that says so, and says why (clock.md §9.7). */
function judgeMarked({ seen, before }: Look): readonly Finding[] {
  const { session, waits, acts } = seen;
  const wait = before.row?.wait_number ?? null;
  if (wait === null || before.row?.wait_overdue_since !== null) return [];
  const isMarked =
    session.wait_number === wait
      ? session.wait_overdue_since !== null
      : waits.some(({ number, overdue_since }) => number === wait && overdue_since !== null);
  const says = acts.some(({ kind }) => MARKING.has(kind));
  return when("§9.7", isMarked && !says, `wait ${wait} became overdue without an act`);
}

const MARKING: ReadonlySet<string> = new Set(["overdue", "breachRecorded", "waitRestored"]);
