import { PunctualError } from "@punctual/contract";
import { hashPassword } from "better-auth/crypto";
import { newId } from "../platform/ids.ts";
import { hashSecret } from "../platform/secret-hash.ts";
import { writeAudit } from "../store/audit-log.ts";
import { useInvitation } from "../store/invitations.ts";
import { insertLogin, replacePassword } from "../store/logins.ts";
import { linkMemberToLogin } from "../store/members.ts";
import type { Deps } from "./deps.ts";

/**
 * Turns an invitation into a login with this password, and uses it up. A member who has a login gets
 * the new password. Throws `invitation_invalid`.
 */
export async function acceptInvitation(
  deps: Pick<Deps, "db">,
  { token, password }: { readonly token: string; readonly password: string },
  ip: string,
): Promise<{ email: string }> {
  const passwordHash = await hashPassword(password);
  return await deps.db.transaction(async (tx) => {
    const invited = await useInvitation(tx, hashSecret(token));
    if (invited === null) throw new PunctualError("invitation_invalid");
    const { accountId, memberId, name, email, authUserId } = invited;
    const by = { memberId, via: "link", ip } as const;
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    writeAudit(tx, { ...of, act: "invitation.accepted" });
    if (authUserId !== null) {
      replacePassword(tx, authUserId, passwordHash);
      return { email };
    }
    const userId = newId();
    insertLogin(tx, { userId, accountRowId: newId(), email, name, passwordHash });
    linkMemberToLogin(tx, { accountId, id: memberId }, userId);
    return { email };
  });
}
