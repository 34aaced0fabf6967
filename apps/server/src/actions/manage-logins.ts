/** Signing out everywhere, and what else happens to a login besides its password. */
import { type AuditAct, PunctualError } from "@punctual/contract";
import { writeAccessChanged } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { loadMemberForUpdate } from "../store/change-member.ts";
import { endLogins, removeTwoFactor } from "../store/logins.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { OfMember } from "./change-member.ts";
import type { Deps } from "./deps.ts";

/**
 * Ends all logins of a member, on every device, and the live connections made with them. API tokens go
 * on. Throws `member_not_found`.
 */
export async function signOutEverywhere(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, memberId, by }: OfMember,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    lockAccount(tx, "roles", accountId);
    const own = memberId === by.memberId;
    await authorizeAuthor(tx, { accountId, by }, own ? null : "manageLoginsOfOthers");
    const member = await loadMemberForUpdate(tx, accountId, memberId);
    if (member === null) throw new PunctualError("member_not_found");
    if (member.authUserId !== null) endLogins(tx, member.authUserId);
    writeAccessChanged(tx, { accountId, memberId });
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    writeAudit(tx, { ...of, act: "login.signedOut" });
  });
  deps.signals.events();
  deps.signals.access();
}

/**
 * Switches the second factor off for a member who lost their device, and signs them out everywhere: whoever
 * found the device is out as well. Does nothing where there is none. Throws `member_not_found`.
 */
export async function turnOffTwoFactor(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, memberId, by }: OfMember,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    lockAccount(tx, "roles", accountId);
    const own = memberId === by.memberId;
    await authorizeAuthor(tx, { accountId, by }, own ? null : "manageLoginsOfOthers");
    const member = await loadMemberForUpdate(tx, accountId, memberId);
    if (member === null) throw new PunctualError("member_not_found");
    if (member.authUserId === null || !(await removeTwoFactor(tx, member.authUserId))) return;
    endLogins(tx, member.authUserId);
    writeAccessChanged(tx, { accountId, memberId });
    writeAudit(tx, {
      ...{ accountId, by, act: "login.twoFactorTurnedOff", subjectId: memberId },
      ...{ before: { twoFactor: true }, after: { twoFactor: false } },
    });
  });
  deps.signals.events();
  deps.signals.access();
}

/** A login changed by better-auth's own doors: live connections are checked again. */
export async function noteLoginChange(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, by }: Authored,
  memberId: string,
  act: AuditAct | null,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    writeAccessChanged(tx, { accountId, memberId });
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    if (act !== null) writeAudit(tx, { ...of, act });
  });
  deps.signals.events();
  deps.signals.access();
}
