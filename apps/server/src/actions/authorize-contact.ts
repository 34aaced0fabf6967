import { type BusinessAct, PunctualError } from "@punctual/contract";
import { authorize } from "../permissions/authorize.ts";

import type { Tx } from "../platform/database.ts";
import { contactIsOn } from "../store/change-contact.ts";
import { readReachedChannels } from "../store/channel-limits.ts";
import { readActiveRole } from "../store/read-member.ts";
import type { MemberIdentity } from "./deps.ts";

/**
 * Judges an act on a locked contact once more: whoever wants it may have been deactivated or demoted since, or
 * reach none of its channels any more. Throws `not_authenticated`, `not_allowed` and `contact_not_found`.
 */
export async function authorizeContact(
  tx: Tx,
  on: {
    readonly accountId: string;
    readonly contactId: string;
    readonly by: MemberIdentity;
  },
  act: BusinessAct,
): Promise<void> {
  const { accountId, by } = on;
  const role = await readActiveRole(tx, accountId, by.id);
  if (role === null) throw new PunctualError("not_authenticated", "You have been deactivated.");
  authorize({ id: by.id, role }, act);
  const channelIds = await readReachedChannels(tx, accountId, by.id);
  if (channelIds === null || (await contactIsOn(tx, on, channelIds))) return;
  throw new PunctualError("contact_not_found");
}
