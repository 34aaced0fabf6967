/**
 * Logins, in better-auth's own tables. It reads and writes them itself; only their creation is ours,
 * because a member and their login must appear in one commit.
 */
import type { Tx } from "../platform/database.ts";

export interface NewLogin {
  readonly userId: string;
  readonly accountRowId: string;
  readonly email: string;
  readonly name: string;
  /** As better-auth's `hashPassword` gives it. */
  readonly passwordHash: string;
}

/** Creates a user with an e-mail and password login. better-auth keeps e-mails in lower case. */
export function insertLogin(tx: Tx, login: NewLogin): void {
  tx.write(
    `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     values ($1, $2, lower($3), true, now(), now())`,
    [login.userId, login.name, login.email],
  );
  tx.write(
    `insert into auth.account (id, "accountId", "providerId", "userId", password, "createdAt",
       "updatedAt")
     values ($1, $2, 'credential', $2, $3, now(), now())`,
    [login.accountRowId, login.userId, login.passwordHash],
  );
}

/** Sets a user's password anew and ends all their sessions. */
export function replacePassword(tx: Tx, userId: string, passwordHash: string): void {
  tx.write(
    `update auth.account set password = $2, "updatedAt" = now()
     where "userId" = $1 and "providerId" = 'credential'`,
    [userId, passwordHash],
  );
  endLogins(tx, userId);
}

/**
 * Signs a user out on every device: none of them is spared the second factor any more, none gets pushes,
 * and no login that waits for its second factor can still be finished.
 */
export function endLogins(tx: Tx, userId: string): void {
  tx.write(
    `delete from push_subscriptions s using members m
     where m.auth_user_id = $1 and s.account_id = m.account_id and s.member_id = m.id`,
    [userId],
  );
  tx.write(`delete from auth.session where "userId" = $1`, [userId]);
  tx.write("delete from auth.verification where value = $1", [userId]);
}

/** Takes a user's second factor away; false: there was none. */
export async function removeTwoFactor(tx: Tx, userId: string): Promise<boolean> {
  tx.write(`delete from auth."twoFactor" where "userId" = $1`, [userId]);
  const rows = await tx.query(
    `update auth."user" set "twoFactorEnabled" = false, "updatedAt" = now()
     where id = $1 and "twoFactorEnabled" returning id`,
    [userId],
  );
  return rows.length > 0;
}
