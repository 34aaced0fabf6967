/**
 * A forgotten password. The member asks for a link by their e-mail, or an admin makes one for them; the
 * link is of the same kind as an invitation's (`password-link.ts`).
 */
import { PunctualError } from "@punctual/contract";
import { hashPassword } from "better-auth/crypto";
import { writeAccessChanged } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { writeAudit } from "../store/audit-log.ts";
import { loadMemberForUpdate } from "../store/change-member.ts";
import { endLinksOf, hadLinkSince } from "../store/invitations.ts";
import { replacePassword } from "../store/logins.ts";
import { readMemberByEmail } from "../store/members.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { OfMember } from "./change-member.ts";
import type { Deps } from "./deps.ts";
import { type PasswordLink, useUpLink, writePasswordLink } from "./password-link.ts";

const purpose = "passwordReset";

/** Nobody fills somebody else's mailbox: one link a minute. */
const NOT_AGAIN_WITHIN_MS = 60_000;

/**
 * Mails a link to whoever has this e-mail and a login. Says nothing of whether there is such a member;
 * without e-mail on this server nothing happens, and an admin has to help.
 */
export async function requestPasswordReset(
  deps: Pick<Deps, "db" | "signals" | "mail">,
  email: string,
  ip: string,
): Promise<void> {
  if (deps.mail === null) return;
  await deps.db.transaction(async (tx) => {
    const found = await readMemberByEmail(tx, email);
    if (found === null) return;
    const { account_id: accountId, id: memberId } = found;
    const member = await loadMemberForUpdate(tx, accountId, memberId);
    if (member === null || !member.active || member.authUserId === null) return;
    if (await hadLinkSince(tx, { accountId, memberId, purpose }, NOT_AGAIN_WITHIN_MS)) return;
    const by = { memberId: null, via: "link", ip } as const;
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    writeAudit(tx, { ...of, act: "login.resetRequested" });
    await writePasswordLink(tx, deps, { ...member, accountId, memberId, purpose });
  });
  deps.signals.mail();
}

/**
 * Makes a link for a member who can't help themself, and mails it where e-mail is sent. Throws
 * `member_not_found`, `member_inactive`, `no_login`, and what `authorizeAuthor` throws.
 */
export async function createResetLink(
  deps: Pick<Deps, "db" | "signals" | "mail">,
  { accountId, memberId, by }: OfMember,
): Promise<PasswordLink> {
  const link = await deps.db.transaction(async (tx) => {
    lockAccount(tx, "roles", accountId);
    await authorizeAuthor(tx, { accountId, by }, "manageLoginsOfOthers");
    const member = await loadMemberForUpdate(tx, accountId, memberId);
    if (member === null) throw new PunctualError("member_not_found");
    if (!member.active) throw new PunctualError("member_inactive", "Reactivate them first.");
    if (member.authUserId === null) throw new PunctualError("no_login");
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    writeAudit(tx, { ...of, act: "login.resetLinkCreated" });
    return await writePasswordLink(tx, deps, { ...member, accountId, memberId, purpose });
  });
  deps.signals.mail();
  return link;
}

/**
 * Uses a link up: the new password holds, and every login by the old one ends, live connections included.
 * The second factor stays. Throws `reset_link_invalid`.
 */
export async function resetPassword(
  deps: Pick<Deps, "db" | "signals">,
  { token, password }: { readonly token: string; readonly password: string },
  ip: string,
): Promise<{ email: string }> {
  const passwordHash = await hashPassword(password);
  const done = await deps.db.transaction(async (tx) => {
    const found = await useUpLink(tx, purpose, token);
    if (found === null || found.authUserId === null) {
      throw new PunctualError("reset_link_invalid");
    }
    const { accountId, memberId, email } = found;
    const by = { memberId, via: "link", ip } as const;
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    writeAudit(tx, { ...of, act: "login.passwordReset" });
    await endLinksOf(tx, accountId, memberId);
    replacePassword(tx, found.authUserId, passwordHash);
    writeAccessChanged(tx, { accountId, memberId });
    return { email };
  });
  deps.signals.events();
  deps.signals.access();
  return done;
}
