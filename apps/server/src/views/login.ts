import type { Login } from "@punctual/contract";
import type { LoginRow } from "../store/read-logins.ts";
import { timestamp } from "./timestamp.ts";

export function presentLogin(row: LoginRow): Login {
  return {
    memberId: row.member_id,
    hasLogin: row.has_login,
    twoFactor: row.two_factor,
    signedIn: row.signed_in,
    invitation: invitationOf(row),
  };
}

function invitationOf(row: LoginRow): Login["invitation"] {
  const { created_at: createdAt, expires_at: expiresAt, used_at: usedAt, email } = row;
  if (createdAt === null || expiresAt === null || email === null) return null;
  const open = row.is_expired === true ? "expired" : "pending";
  return {
    state: usedAt === null ? open : "accepted",
    createdAt: timestamp(createdAt),
    expiresAt: timestamp(expiresAt),
    acceptedAt: timestamp(usedAt),
    email,
  };
}
