import type { QuickReply } from "@punctual/contract";
import type { QuickReplyRow } from "../store/quick-replies.ts";
import { timestamp } from "./timestamp.ts";

export function presentQuickReply(row: QuickReplyRow): QuickReply {
  const { id, shortcut, text } = row;
  return {
    id,
    shortcut,
    text,
    changedAt: timestamp(row.changed_at),
    changedById: row.changed_by,
  };
}
