import type { Member, PasswordLink } from "@punctual/contract";
import type { MemberRow } from "../store/members.ts";
import { timestamp } from "./timestamp.ts";

export function presentMember(row: MemberRow): Member {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    active: row.active,
    status: row.status,
    autoAway: row.auto_away,
    online: row.online,
    openSessions: row.open_sessions,
    capacity: row.capacity,
    channelIds: row.channel_ids === null ? null : [...row.channel_ids],
    hasLogin: row.has_login,
  };
}

/** A link by which a member chooses a password. Nobody sees it who needn't. */
export function presentPasswordLink(
  { expiresAt, emailed }: { readonly expiresAt: number; readonly emailed: boolean },
  url: string,
): PasswordLink {
  return { url: emailed ? null : url, expiresAt: timestamp(expiresAt), emailed };
}
