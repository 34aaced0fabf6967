import { PunctualError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { randomSecret } from "../platform/random.ts";
import { hashSecret } from "../platform/secret-hash.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { insertInvitation } from "../store/invitations.ts";
import { insertMember, type NewMember } from "../store/members.ts";
import { writeMemberEvents } from "../store/presence.ts";
import type { Deps } from "./deps.ts";

/** A member, and who adds them. */
export type NewMemberBy = Omit<NewMember, "id"> & Authored;

export interface Invitation {
  /** Shown once; it is stored as a hash. */
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/**
 * Adds a member to a business. They can't log in before they accepted the invitation, but API tokens
 * can act as them at once. Throws `email_taken`.
 */
export async function addMember(
  deps: Pick<Deps, "db" | "signals">,
  member: NewMemberBy,
): Promise<{ memberId: string; invitation: Invitation }> {
  const added = await deps.db.transaction(async (tx) => {
    const memberId = await writeMember(tx, member);
    const token = randomSecret();
    const expiresAt = await insertInvitation(tx, {
      accountId: member.accountId,
      memberId,
      tokenHash: hashSecret(token),
    });
    return { memberId, invitation: { token, expiresAt } };
  });
  deps.signals.events();
  deps.signals.line(member.accountId);
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
