import { type BusinessAct, PunctualError } from "@punctual/contract";
import { authorize } from "../permissions/authorize.ts";
import type { Tx } from "../platform/database.ts";
import { shareAccount } from "../store/account-locks.ts";
import type { Authored } from "../store/audit-log.ts";
import { readActiveRole } from "../store/read-member.ts";

/**
 * Asks once more, in the transaction that makes the change, whether whoever makes it still may: what the
 * doors know of them is some seconds old, and whoever was just deactivated or demoted would undo it.
 * Until the commit they keep the role they have. Comes before every other lock, or two who wait for each
 * other's would wait for ever. The command line and links may what they came for.
 *
 * Throws `not_authenticated` for who was deactivated, and `not_allowed`.
 * @param act `null`: something of their own.
 */
export async function authorizeAuthor(
  tx: Tx,
  { accountId, by }: Authored,
  act: BusinessAct | null,
): Promise<void> {
  const { memberId: id } = by;
  if (id === null || by.via === "link") return;
  shareAccount(tx, "roles", accountId);
  const role = await readActiveRole(tx, accountId, id);
  if (role === null) throw new PunctualError("not_authenticated", "You have been deactivated.");
  if (act !== null) authorize({ id, role }, act);
}
