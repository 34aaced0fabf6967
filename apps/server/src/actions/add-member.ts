import { PunctualError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { insertMember, type NewMember } from "../store/members.ts";
import { writeMemberEvents } from "../store/presence.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";
import { type PasswordLink, writePasswordLink } from "./password-link.ts";

/** A member, and who adds them. */
export type NewMemberBy = Omit<NewMember, "id"> & Authored;

/**
 * Adds a member to a business and invites them. They can't log in before they accepted the invitation, but
 * API tokens can act as them at once. Throws `email_taken`.
 */
export async function addMember(
  deps: Pick<Deps, "db" | "signals" | "mail">,
  member: NewMemberBy,
): Promise<{ memberId: string; invitation: PasswordLink }> {
  const added = await deps.db.transaction(async (tx) => {
    lockAccount(tx, "roles", member.accountId);
    await authorizeAuthor(tx, member, "addMembers");
    const memberId = await writeMember(tx, member);
    const { accountId, name, email } = member;
    const of = { accountId, memberId, purpose: "invitation", name, email } as const;
    return { memberId, invitation: await writePasswordLink(tx, deps, of) };
  });
  deps.signals.events();
  deps.signals.line(member.accountId);
  deps.signals.mail();
  return added;
}

/** Writes a member in a transaction that does more. Gives the member's id. Throws `email_taken`. */
export async function writeMember(tx: Tx, { by, ...member }: NewMemberBy): Promise<string> {
  const id = newId();
  const added = await insertMember(tx, { ...member, id });
  if (!added) throw new PunctualError("email_taken");
  const { accountId, ...after } = member;
  writeMemberEvents(tx, [{ accountId, memberId: id }]);
  writeAudit(tx, { accountId, by, act: "member.added", subjectId: id, before: null, after });
  return id;
}
