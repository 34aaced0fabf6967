/** Hand-made rows for the rules' tests: a session in order, to be spoilt in one place. */
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import type { Explanation } from "@punctual/session";
import type { Look } from "../look.ts";
import { newMemory } from "../memory.ts";
import { owedMessages } from "../owed.ts";
import type { SeenAct, SeenMessage, SeenRow, SeenSession } from "../rows.ts";
import { WorldHistory, type WorldMember, type WorldRule, type WorldState } from "../world.ts";

/** Noon of some day, epoch ms. */
export const NOON = 1_800_000_000_000;
export const MINUTE = 60_000;

export const LAN = "lan";
export const MINH = "minh";

/** An open session on the customer's turn that nobody holds. */
export function row(change: Partial<SeenRow> = {}): SeenRow {
  return {
    account_id: "account",
    id: "session",
    channel_id: "channel",
    contact_id: "contact",
    opened_at: NOON,
    is_returning: false,
    previous_agent_id: null,
    closed_at: null,
    closed_kind: null,
    closed_by: null,
    closed_reason: null,
    close_count: 0,
    needs_review: false,
    customer_wrote: true,
    last_customer_stamp: NOON,
    last_wait_number: 0,
    wait_number: null,
    wait_started_at: null,
    wait_started_by: null,
    wait_known_at: null,
    wait_first_assigned_at: null,
    wait_warned_for: null,
    wait_overdue_since: null,
    wait_holders: [],
    wait_not_back_to: [],
    wait_warned_before: [],
    wait_tries: 0,
    wait_exhausted: false,
    wait_waiting_for_agent: false,
    wait_passed_over: null,
    watched: false,
    assignee_id: null,
    assigned_at: null,
    team_id: null,
    last_agent_message_id: null,
    last_agent_message_by: null,
    last_agent_message_at: null,
    pending_sends: 0,
    no_reply_needed_at: null,
    reopened_at: null,
    woken_at: null,
    snoozed_until: null,
    last_echo_stamp: null,
    held: false,
    settings_account_version: 1,
    settings_channel_version: null,
    armed_at: NOON,
    wake_at: null,
    close_at: null,
    overdue_at: null,
    warn_at: null,
    reassign_at: null,
    parked_at: null,
    park_error: null,
    last_message_at: NOON,
    next_due_at: null,
    ...change,
  };
}

/** The same, waiting for a reply to the message `m1` since noon. */
export function waitingRow(change: Partial<SeenRow> = {}): SeenRow {
  return row({
    last_wait_number: 1,
    wait_number: 1,
    wait_started_at: NOON,
    wait_started_by: "m1",
    wait_known_at: NOON,
    ...change,
  });
}

/** A customer's message, written at noon. */
export function message(change: Partial<SeenMessage> = {}): SeenMessage {
  const seq = change.seq ?? 1;
  return {
    id: `m${seq}`,
    seq,
    kind: "inbound",
    is_echo: false,
    external_id: `wamid.${seq}`,
    stamp: NOON,
    at: NOON,
    created_at: NOON,
    wait_number: null,
    settled: false,
    starts_nothing: false,
    delivery: null,
    close_ordinal: null,
    content_type: "text",
    ...change,
  };
}

/** An agent's message that left. */
export function reply(change: Partial<SeenMessage> = {}): SeenMessage {
  return message({ kind: "agent", delivery: "sent", stamp: null, external_id: null, ...change });
}

/** An end-of-session message of the first close. */
export function endMessage(change: Partial<SeenMessage> = {}): SeenMessage {
  return reply({ kind: "automatic", delivery: "queued", close_ordinal: 0, ...change });
}

export function seen(change: Partial<SeenSession> = {}): SeenSession {
  return {
    session: row(),
    blocked: false,
    messages: [],
    outbox: [],
    waits: [],
    breaches: [],
    notices: [],
    acts: [],
    ...change,
  };
}

/** An act of the clock an hour after noon. */
export function act(kind: string, change: Partial<SeenAct> = {}): SeenAct {
  const explanation: Explanation = { by: { type: "clock" } };
  return {
    seq: 1,
    kind,
    at: NOON + 60 * MINUTE,
    wait_number: 1,
    ordinal: 0,
    explanation,
    ...change,
  };
}

/** A look at a session an hour after noon, nothing remembered of it. */
export function look(session: SeenSession, change: Partial<Look> = {}): Look {
  const before = change.before ?? newMemory();
  return {
    now: NOON + 60 * MINUTE,
    seen: session,
    before,
    owed: owedMessages(session.messages, before.settled),
    thread: { ends: new Map(), lastInboundSeq: 0, lastStamp: NOON, newest: null },
    world: new WorldHistory(),
    windowMs: 24 * 60 * MINUTE,
    settingsOf: (_of, versions) => ({ ...SETTINGS, versions }),
    ...change,
  };
}

/** Closes after 60 minutes, reassigns after 10, limit 30, warning 5. */
const SETTINGS = {
  closure: { ...DEFAULT_CLOCK_SETTINGS.closure, enabled: true, afterMinutes: 60 },
  reassign: { ...DEFAULT_CLOCK_SETTINGS.reassign, enabled: true, afterMinutes: 10 },
  reply: { ...DEFAULT_CLOCK_SETTINGS.reply, enabled: true },
};

/** An agent who is available, without a connection. */
export function worldMember(id: string, change: Partial<WorldMember> = {}): WorldMember {
  return {
    id,
    account_id: "account",
    active: true,
    role: "agent",
    status: "available",
    capacity: null,
    channels: null,
    active_at: null,
    auto_away_at: null,
    seen: [],
    ...change,
  };
}

/** A rule that gives to everyone who is online. */
export function worldRule(id: string, change: Partial<WorldRule> = {}): WorldRule {
  return {
    id,
    online_only: true,
    capacity: null,
    previous_agent_first: false,
    conditions: {},
    target: { everyone: true },
    ...change,
  };
}

/** Nobody and nothing at noon, when a node has just beaten. */
export function worldState(change: Partial<WorldState> = {}): WorldState {
  return {
    from: NOON,
    members: [],
    rules: [],
    teams: [],
    moving: [],
    awayAfter: {},
    hours: {},
    outages: [],
    lastBeat: NOON,
    ...change,
  };
}
