import type { Member } from "@punctual/contract";
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

/** An invitation with its link, as it is shown once. */
export function presentInvitation(
  { token, expiresAt, emailed }: { token: string; expiresAt: number; emailed: boolean },
  url: string,
) {
  return { token, url, expiresAt: timestamp(expiresAt), emailed };
}
