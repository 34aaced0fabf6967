import type { DeliveryState, MessageContent, MessageKind } from "@punctual/contract";
import type { ExpressionBuilder } from "kysely";
import type { Schema, SessionsTable } from "./schema.ts";

/** The last message of a session that a person wrote; all `null`: there is none. */
export interface PreviewRow {
  readonly preview_id: string | null;
  readonly preview_kind: MessageKind | null;
  readonly preview_author_id: string | null;
  readonly preview_content: MessageContent | null;
  readonly preview_at: number | null;
  readonly preview_delivery: DeliveryState | null;
  readonly preview_deleted_at: number | null;
}

/**
 * Of the session in row `s`, as row `p`: one step back in the index of a session's messages, or a few
 * over what is automatic.
 */
export function lastWritten(from: ExpressionBuilder<Schema & { s: SessionsTable }, "s">) {
  return from
    .selectFrom("messages as m")
    .select([
      "m.id as preview_id",
      "m.kind as preview_kind",
      "m.author_id as preview_author_id",
      "m.content as preview_content",
      "m.at as preview_at",
      "m.delivery as preview_delivery",
      "m.deleted_at as preview_deleted_at",
    ])
    .whereRef("m.account_id", "=", "s.account_id")
    .whereRef("m.session_id", "=", "s.id")
    .where("m.kind", "<>", "automatic")
    .orderBy("m.seq", "desc")
    .limit(1)
    .as("p");
}
