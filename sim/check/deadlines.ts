import type { SettingsInForce } from "@punctual/session";
import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import type { DeadlineColumn } from "./memory.ts";
import type { SeenRow } from "./rows.ts";

type Dues = Readonly<Record<DeadlineColumn, number | null>>;

/** clock.md §3, §9.6: each deadline, and the least of those that aren't held, worked out from the row. */
export function judgeDeadlines(look: Look): readonly Finding[] {
  const { session } = look.seen;
  const { settings_account_version: account, settings_channel_version: channel } = session;
  const settings = look.settingsOf(
    { accountId: session.account_id, channelId: session.channel_id },
    { account, channel },
  );
  const expected = duesOf(session, settings, look);
  const wrong = COLUMNS.filter((column) => session[column] !== expected[column]);
  const due = session.parked_at === null ? least(expected, session.held) : null;
  return [
    ...wrong.flatMap((column) =>
      when("§9.6", true, `${column} is ${session[column]}, not ${expected[column]}`),
    ),
    ...when("§9.6", session.next_due_at !== due, `next due is ${session.next_due_at}, not ${due}`),
    ...when("§9.6", session.closed_at !== null && session.held, "closed and held"),
  ];
}

const COLUMNS = ["wake_at", "warn_at", "overdue_at", "reassign_at", "close_at"] as const;

function duesOf(row: SeenRow, settings: SettingsInForce, { seen, owed, before }: Look): Dues {
  const none = {
    wake_at: null,
    warn_at: null,
    overdue_at: null,
    reassign_at: null,
    close_at: null,
  };
  if (row.closed_at !== null) return none;
  const overdueAt = overdueOf(row, settings);
  const warned = before.once.has(`wait ${row.wait_number} warned for ${overdueAt}`);
  const pending = seen.outbox.some(({ kind }) => kind === "agent");
  return {
    wake_at: row.snoozed_until,
    overdue_at: overdueAt,
    warn_at: overdueAt === null || warned ? null : overdueAt - settings.reply.warnMinutes * 60_000,
    reassign_at: reassignOf(row, settings),
    close_at: owed.length > 0 || pending ? null : closeOf(row, settings),
  };
}

function overdueOf(row: SeenRow, { reply }: SettingsInForce): number | null {
  const { wait_started_at: startedAt, wait_first_assigned_at: assignedAt } = row;
  if (startedAt === null || row.wait_overdue_since !== null || !reply.enabled) return null;
  const fromAssignment = reply.countFrom === "firstAssignment" && (assignedAt ?? 0) > startedAt;
  return (fromAssignment ? (assignedAt ?? 0) : startedAt) + reply.limitMinutes * 60_000;
}

function reassignOf(row: SeenRow, { reassign }: SettingsInForce): number | null {
  const { wait_known_at: knownAt, assigned_at: assignedAt } = row;
  if (knownAt === null || assignedAt === null || row.assignee_id === null) return null;
  if (!reassign.enabled || row.wait_exhausted || row.wait_waiting_for_agent) return null;
  return Math.max(knownAt, assignedAt) + reassign.afterMinutes * 60_000;
}

function closeOf(row: SeenRow, { closure }: SettingsInForce): number | null {
  if (!closure.enabled || row.snoozed_until !== null) return null;
  const { last_agent_message_at: left, no_reply_needed_at: dismissed } = row;
  if (left === null && dismissed === null) return null;
  const anchors = [left, dismissed, row.reopened_at, row.woken_at].map((at) => at ?? 0);
  return Math.max(...anchors) + closure.afterMinutes * 60_000;
}

function least(dues: Dues, held: boolean): number | null {
  const counted = COLUMNS.filter(
    (column) => !(held && (column === "close_at" || column === "reassign_at")),
  );
  const all = counted.flatMap((column) => dues[column] ?? []);
  return all.length === 0 ? null : Math.min(...all);
}
