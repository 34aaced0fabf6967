/**
 * What the clock writes when a session closes by its deadline, in one statement: the session, its end
 * message, the outbox row, the timeline and the event, as `fireTimers` writes them and of about the same
 * size. JSON is constant. Peers run it for each job they hand out; for all sessions at once it is the
 * limit that nothing writing these rows can pass (targets.md, "Writing in sets").
 *
 * Parameters: $1 the account, $2 the sessions' ids (of `FIRE_ONE_SQL` the only one's, which lets PostgreSQL
 * keep its plan), $3 explanation, $4 event. A session that is closed already writes nothing: who gives `n`
 * sessions and is told of fewer has fired something twice.
 */
export const FIRE_ALL_SQL = firingSql("= any($2::uuid[])");
export const FIRE_ONE_SQL = firingSql("= $2::uuid");

function firingSql(ids: string): string {
  return `
  with closed as (
    update sessions set closed_at = (select now_ms()), closed_kind = 'clock', needs_review = true,
      close_count = close_count + 1, close_at = null, last_message_at = (select now_ms())
    where account_id = $1 and id ${ids} and closed_at is null
    returning account_id, id, channel_id, contact_id, closed_at
  ), fired as materialized (select closed.*, uuidv7() as message_id from closed),
  message as (
    insert into messages (account_id, session_id, id, channel_id, contact_id, kind, content, at,
      created_at, delivery, close_ordinal)
    select account_id, id, message_id, channel_id, contact_id, 'automatic',
      '{"type":"text","text":"Goodbye Customer 12345"}', closed_at, closed_at, 'queued', 0 from fired
  ), sent as (
    insert into outbox (account_id, session_id, message_id, channel_id, contact_id, kind, created_at,
      next_attempt_at)
    select account_id, id, message_id, channel_id, contact_id, 'end', closed_at, closed_at from fired
  ), told as (
    insert into timeline (account_id, session_id, kind, at, wait_number, ordinal, explanation)
    select account_id, id, 'closed', closed_at, 1, 0, $3::json from fired
  ), event as (
    insert into events (account_id, session_id, type, at, payload)
    select account_id, id, 'session.changed', closed_at, $4::json from fired returning 1
  )
  select count(*)::int as fired from event`;
}

const AT = "2026-11-22T18:24:02.784Z";
const ID = "01a20480-3d10-76e3-9519-8adba470298f";
const AT_MS = 1_795_371_842_828;

/** The constant JSON of both: $3 and $4. */
export const FIRING_JSON: readonly [explanation: string, event: string] = [
  JSON.stringify({
    by: { type: "clock" },
    endMessage: "queued",
    deadline: {
      anchor: { type: "agentMessage", at: AT_MS, messageId: ID, memberId: ID },
      minutes: 30,
      beforeMinutes: 0,
      dueAt: AT_MS,
      firedAt: AT_MS,
      armedAt: AT_MS,
      latenessMs: 43,
      settings: { account: 1, channel: null },
      heldBy: null,
    },
  }),
  JSON.stringify({
    session: {
      ...{ id: ID, channelId: ID, contactId: ID, state: "closed", turn: null, assigneeId: ID },
      ...{ assignedAt: AT, openedAt: AT, lastMessageAt: AT, snoozedUntilAt: null, wait: null },
      overdue: false,
      closed: { closedAt: AT, kind: "clock", memberId: null, reason: null },
      deadlines: { wakeAt: null, closeAt: null, overdueAt: null, warnAt: null, reassignAt: null },
      held: false,
      settingsVersions: { account: 1, channel: null },
    },
    messages: [
      {
        ...{ id: ID, sessionId: ID, kind: "automatic", isEcho: false, authorId: null },
        content: { type: "text", text: "Goodbye Customer 12345" },
        ...{
          replyTo: null,
          replyToExternalId: null,
          externalId: null,
          sentAt: AT,
          createdAt: AT,
          waitNumber: null,
        },
        delivery: {
          state: "queued",
          settledAt: null,
          deliveredAt: null,
          readAt: null,
          error: null,
        },
        ...{ reaction: null, editedAt: null, deletedAt: null },
      },
    ],
  }),
];
