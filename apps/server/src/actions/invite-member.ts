import { PunctualError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { lockAccount } from "../store/account-locks.ts";
import { writeAudit } from "../store/audit-log.ts";
import { loadMemberForUpdate } from "../store/change-member.ts";
import { endLinksOf } from "../store/invitations.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { OfMember } from "./change-member.ts";
import type { Deps } from "./deps.ts";
import { type PasswordLink, writePasswordLink } from "./password-link.ts";

/**
 * Invites a member anew, who has no login yet: earlier invitations end. Throws `member_not_found`,
 * `member_inactive` and `invitation_accepted`.
 */
export async function inviteAgain(
  deps: Pick<Deps, "db" | "signals" | "mail">,
  { accountId, memberId, by }: OfMember,
): Promise<PasswordLink> {
  const link = await deps.db.transaction(async (tx) => {
    const { name, email } = await lockInvited(tx, { accountId, memberId, by });
    writeAudit(tx, {
      ...{ accountId, by, act: "invitation.created", subjectId: memberId },
      ...{ before: null, after: { email } },
    });
    const purpose = "invitation";
    return await writePasswordLink(tx, deps, { accountId, memberId, purpose, name, email });
  });
  deps.signals.mail();
  return link;
}

/**
 * Ends a member's invitation, and the e-mail with it if that has not left. Throws `member_not_found`,
 * `invitation_accepted` and `invitation_not_found`.
 */
export async function revokeInvitation(
  { db }: Pick<Deps, "db">,
  { accountId, memberId, by }: OfMember,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { email } = await lockInvited(tx, { accountId, memberId, by });
    if ((await endLinksOf(tx, accountId, memberId)) === 0) {
      throw new PunctualError("invitation_not_found");
    }
    writeAudit(tx, {
      ...{ accountId, by, act: "invitation.revoked", subjectId: memberId },
      ...{ before: { email }, after: null },
    });
  });
}

async function lockInvited(tx: Tx, { memberId, ...author }: OfMember) {
  const { accountId } = author;
  lockAccount(tx, "roles", accountId);
  await authorizeAuthor(tx, author, "addMembers");
  const member = await loadMemberForUpdate(tx, accountId, memberId);
  if (member === null) throw new PunctualError("member_not_found");
  if (!member.active) throw new PunctualError("member_inactive", "Reactivate them first.");
  if (member.authUserId !== null) throw new PunctualError("invitation_accepted");
  return member;
}
