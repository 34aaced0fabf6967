/** The one clock of a session that matters next, and how it is shown (screens.md). Pure. */
import type { SessionStateView } from "@punctual/contract";

export type SessionClock =
  | { readonly kind: "replyDue"; readonly leftMs: number }
  /** In the warning window; `share` of it is left. */
  | { readonly kind: "warning"; readonly leftMs: number; readonly share: number }
  | { readonly kind: "overdue"; readonly overMs: number }
  | { readonly kind: "unassigned"; readonly waitedMs: number }
  | { readonly kind: "waiting"; readonly waitedMs: number }
  | { readonly kind: "closes"; readonly leftMs: number }
  | { readonly kind: "snoozed"; readonly until: string }
  | { readonly kind: "closed"; readonly at: string }
  | { readonly kind: "none" };

type Timed = Pick<
  SessionStateView,
  "state" | "wait" | "assigneeId" | "deadlines" | "closed" | "snoozedUntilAt"
>;

/** @param now epoch milliseconds, by the server's clock */
export function sessionClock(session: Timed, now: number): SessionClock {
  const { wait, deadlines, closed } = session;
  if (closed !== null) return { kind: "closed", at: closed.closedAt };
  if (wait !== null) {
    if (wait.overdueSinceAt !== null) {
      return { kind: "overdue", overMs: Math.max(0, now - Date.parse(wait.overdueSinceAt)) };
    }
    if (deadlines.overdueAt !== null) return beforeTheLimit(session, deadlines.overdueAt, now);
    const waitedMs = now - Date.parse(wait.startedAt);
    return { kind: session.assigneeId === null ? "unassigned" : "waiting", waitedMs };
  }
  if (session.snoozedUntilAt !== null) return { kind: "snoozed", until: session.snoozedUntilAt };
  if (deadlines.closeAt === null) return { kind: "none" };
  return { kind: "closes", leftMs: Math.max(0, Date.parse(deadlines.closeAt) - now) };
}

function beforeTheLimit({ wait, deadlines }: Timed, overdueAt: string, now: number): SessionClock {
  const leftMs = Date.parse(overdueAt) - now;
  // The server says "overdue" in a moment; until then the limit is counted past.
  if (leftMs <= 0) return { kind: "overdue", overMs: -leftMs };
  const warnAt = deadlines.warnAt === null ? null : Date.parse(deadlines.warnAt);
  // A warning that was given has no deadline any more.
  if (warnAt !== null && warnAt > now) return { kind: "replyDue", leftMs };
  const windowMs = warnAt === null ? WARNED_WINDOW_MS : Date.parse(overdueAt) - warnAt;
  const whole = Math.min(
    windowMs,
    Date.parse(overdueAt) - Date.parse(wait?.startedAt ?? overdueAt),
  );
  return { kind: "warning", leftMs, share: Math.min(1, leftMs / Math.max(1, whole)) };
}

/** How much the ring shows of a window whose beginning is past: its last five minutes. */
const WARNED_WINDOW_MS = 300_000;
