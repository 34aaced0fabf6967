/** What admins change of members, and how members leave and come back. */
import { PunctualError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { writeAccessChanged, writeSightChanged } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import {
  hasOtherAdmin,
  loadMemberForUpdate,
  type MemberSettings,
  type MemberToChange,
  revokeTokensOf,
  writeActive,
  writeMemberSettings,
} from "../store/change-member.ts";
import { endLinksOf } from "../store/invitations.ts";
import { endLogins } from "../store/logins.ts";
import { writeMemberEvents } from "../store/presence.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/** A change of one member, and who makes it. */
export type OfMember = Authored & { readonly memberId: string };

/**
 * Changes name, role or capacity. Live connections of a member with another role are opened anew. Throws
 * `member_not_found` and `last_admin`.
 */
export async function changeMember(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, memberId, by }: OfMember,
  change: { readonly [K in keyof MemberSettings]?: MemberSettings[K] | undefined },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const member = await lockMember(tx, { accountId, memberId, by });
    const before = settingsOf(member);
    const after: MemberSettings = {
      name: change.name ?? before.name,
      role: change.role ?? before.role,
      capacity: change.capacity === undefined ? before.capacity : change.capacity,
    };
    if (after.role !== "admin") await requireOtherAdmin(tx, accountId, memberId, member);
    writeMemberSettings(tx, { accountId, memberId, ...after });
    writeMemberEvents(tx, [{ accountId, memberId }]);
    if (after.role !== before.role) {
      writeAccessChanged(tx, { accountId, memberId });
      writeSightChanged(tx, accountId, [memberId]);
    }
    writeAudit(tx, { accountId, by, act: "member.changed", subjectId: memberId, before, after });
  });
  deps.signals.events();
  deps.signals.access();
  deps.signals.line(accountId);
}

/** A member changes their own name. */
export async function changeOwnName(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, memberId, by }: OfMember,
  name: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const member = await lockMember(tx, { accountId, memberId, by }, null);
    const before = settingsOf(member);
    const after = { ...before, name };
    writeMemberSettings(tx, { accountId, memberId, ...after });
    writeMemberEvents(tx, [{ accountId, memberId }]);
    writeAudit(tx, { accountId, by, act: "member.changed", subjectId: memberId, before, after });
  });
  deps.signals.events();
}

/**
 * Ends a member's access in one commit: they are inactive, their logins are signed out, their API tokens
 * and open links end for good, and every node is told to close their live connections. The sessions they
 * hold go on to others by the rules (`hand-over.ts`), whatever happens to this process. Does nothing to who
 * is inactive already. Throws `member_not_found`, `not_yourself` and `last_admin`.
 */
export async function deactivateMember(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, memberId, by }: OfMember,
): Promise<void> {
  if (by.memberId === memberId) throw new PunctualError("not_yourself");
  await deps.db.transaction(async (tx) => {
    const member = await lockMember(tx, { accountId, memberId, by });
    if (!member.active) return;
    await requireOtherAdmin(tx, accountId, memberId, member);
    writeActive(tx, accountId, memberId, false);
    revokeTokensOf(tx, accountId, memberId);
    await endLinksOf(tx, accountId, memberId);
    if (member.authUserId !== null) endLogins(tx, member.authUserId);
    writeMemberEvents(tx, [{ accountId, memberId }]);
    writeAccessChanged(tx, { accountId, memberId });
    writeAudit(tx, {
      ...{ accountId, by, act: "member.deactivated", subjectId: memberId },
      ...{ before: { active: true }, after: { active: false } },
    });
  });
  deps.signals.events();
  deps.signals.access();
}

/**
 * Lets a member in again, with the login they had; API tokens stay ended. Does nothing to who is active.
 * Throws `member_not_found`.
 */
export async function reactivateMember(
  deps: Pick<Deps, "db" | "signals">,
  { accountId, memberId, by }: OfMember,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const { active } = await lockMember(tx, { accountId, memberId, by });
    if (active) return;
    writeActive(tx, accountId, memberId, true);
    writeMemberEvents(tx, [{ accountId, memberId }]);
    writeAudit(tx, {
      ...{ accountId, by, act: "member.reactivated", subjectId: memberId },
      ...{ before: { active: false }, after: { active: true } },
    });
  });
  deps.signals.events();
  deps.signals.line(accountId);
}

/** @param act what whoever changes them must be allowed; `null`: it is their own. */
async function lockMember(
  tx: Tx,
  { memberId, ...author }: OfMember,
  act: "changeMembers" | null = "changeMembers",
): Promise<MemberToChange> {
  const { accountId } = author;
  lockAccount(tx, "roles", accountId);
  await authorizeAuthor(tx, author, act);
  const member = await loadMemberForUpdate(tx, accountId, memberId);
  if (member === null) throw new PunctualError("member_not_found");
  return member;
}

/** A business always has an active admin, or nobody could ever change anything again. */
async function requireOtherAdmin(
  tx: Tx,
  accountId: string,
  memberId: string,
  { role, active }: MemberToChange,
): Promise<void> {
  if (role !== "admin" || !active) return;
  if (!(await hasOtherAdmin(tx, accountId, memberId))) throw new PunctualError("last_admin");
}

function settingsOf({ name, role, capacity }: MemberToChange): MemberSettings {
  return { name, role, capacity };
}
