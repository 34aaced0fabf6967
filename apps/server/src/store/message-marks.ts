import type { ReactionEvent, SystemEvent } from "@punctual/channel-kit";
import type { Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";

interface OnChannel {
  readonly accountId: string;
  readonly channelId: string;
}

/** The customer's reaction to a message, or that they took it back. */
export function noteReaction(tx: Tx, of: OnChannel, event: ReactionEvent): void {
  tx.write(
    `with noted as (
       update messages set reaction = $4
       where (account_id = $1) is true and channel_id = $2 and external_id = $3
         and reaction is distinct from $4
       returning account_id, session_id, id
     )
     insert into events (account_id, type, session_id, at, payload)
     select account_id, ${eventType("message.updated")}, session_id, now_ms(),
       json_build_object('id', id, 'sessionId', session_id, 'reaction', $4::text) from noted`,
    [of.accountId, of.channelId, event.targetExternalId, event.emoji],
  );
}

/** The customer edited or deleted a message: the original stays readable, marked. */
export function noteSystemEvent(tx: Tx, of: OnChannel, event: SystemEvent): void {
  if (event.targetExternalId === null) return;
  const mark = MARKS[event.kind];
  if (mark === undefined) return;
  const { column } = mark;
  tx.write(
    `with noted as (
       update messages set ${column} = $4
       where (account_id = $1) is true and channel_id = $2 and external_id = $3 and ${column} is null
       returning account_id, session_id, id
     )
     insert into events (account_id, type, session_id, at, payload)
     select account_id, ${eventType("message.updated")}, session_id, now_ms(),
       json_build_object('id', id, 'sessionId', session_id, '${mark.name}', iso_time($4::bigint))
     from noted`,
    [of.accountId, of.channelId, event.targetExternalId, event.at],
  );
}

const MARKS: Readonly<Record<string, { readonly column: string; readonly name: string }>> = {
  edit: { column: "edited_at", name: "editedAt" },
  revoke: { column: "deleted_at", name: "deletedAt" },
};
