/** What permissions need to know of one session, for one member. */
import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { REACHED_CHANNELS } from "./channel-limits.ts";
import { build, runQueryForOne } from "./query-builder.ts";
import { inSightOrAbove, type Looking } from "./visibility.ts";

/** What permissions need to know of a member and a session. */
export interface FoundAccess {
  /** The member's role, as it is now. */
  readonly role: "agent" | "supervisor" | "admin";
  readonly assigneeId: string | null;
  readonly supports: boolean;
  readonly reached: boolean;
}

interface ActorRow {
  readonly account_id: string;
  readonly id: string;
  readonly role: FoundAccess["role"];
  readonly active: boolean;
}

/**
 * What permissions need to know of a session when this member wants something of it; `null` when there
 * is none of that id, or none that they see.
 */
export async function readSessionAccess(
  read: Queryable,
  { accountId, id: memberId }: Looking,
  sessionId: string,
): Promise<FoundAccess | null> {
  const query = build
    .selectFrom("sessions as s")
    .innerJoin(sql<ActorRow>`members`.as("m"), (join) =>
      join.onRef("m.account_id", "=", "s.account_id").on("m.id", "=", memberId),
    )
    .leftJoin("session_people as p", (join) =>
      join
        .onRef("p.account_id", "=", "s.account_id")
        .onRef("p.session_id", "=", "s.id")
        .on("p.member_id", "=", memberId),
    )
    .select([
      "s.assignee_id as assigneeId",
      "m.role",
      sql<boolean>`p.role is not distinct from 'supporter'`.as("supports"),
      sql<boolean>`coalesce(s.channel_id::text = any(${sql.raw(REACHED_CHANNELS)}), true)`.as(
        "reached",
      ),
    ])
    .where("s.account_id", "=", accountId)
    .where("s.id", "=", sessionId)
    .where("m.active", "=", true)
    .where(sql<boolean>`(m.role <> 'agent' or ${inSightOrAbove({ accountId, memberId })})`);
  return await runQueryForOne(read, query);
}

/** Whether the session was taken within the last minute, on a channel that the agent reaches. */
export async function wasJustTaken(
  read: Queryable,
  member: { readonly accountId: string; readonly id: string },
  sessionId: string,
): Promise<boolean> {
  const rows = await read.query(
    `select 1 from sessions s
     join members m on m.account_id = s.account_id and m.id = $2
     where s.account_id = $1 and s.id = $3 and s.closed_at is null
       and s.assigned_at > now_ms() - 60000
       and coalesce(s.channel_id::text = any(${REACHED_CHANNELS}), true)`,
    [member.accountId, member.id, sessionId],
  );
  return rows.length > 0;
}
