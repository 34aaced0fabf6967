import { PunctualError } from "@punctual/contract";
import { hashPassword } from "better-auth/crypto";
import { newId } from "../platform/ids.ts";
import { writeAudit } from "../store/audit-log.ts";
import { insertLogin } from "../store/logins.ts";
import { linkMemberToLogin } from "../store/members.ts";
import { writeMemberEvents } from "../store/presence.ts";
import type { Deps } from "./deps.ts";
import { useUpLink } from "./password-link.ts";

/**
 * Turns an invitation into a login with this password, and uses it up. Throws `invitation_invalid`.
 */
export async function acceptInvitation(
  deps: Pick<Deps, "db" | "signals">,
  { token, password }: { readonly token: string; readonly password: string },
  ip: string,
): Promise<{ email: string }> {
  const passwordHash = await hashPassword(password);
  const accepted = await deps.db.transaction(async (tx) => {
    const invited = await useUpLink(tx, "invitation", token);
    if (invited === null || invited.authUserId !== null)
      throw new PunctualError("invitation_invalid");
    const { accountId, memberId, name, email } = invited;
    const by = { memberId, via: "link", ip } as const;
    const of = { accountId, by, subjectId: memberId, before: null, after: null };
    writeAudit(tx, { ...of, act: "invitation.accepted" });
    const userId = newId();
    insertLogin(tx, { userId, accountRowId: newId(), email, name, passwordHash });
    linkMemberToLogin(tx, { accountId, id: memberId }, userId);
    writeMemberEvents(tx, [{ accountId, memberId }]);
    return { email };
  });
  deps.signals.events();
  return accepted;
}
