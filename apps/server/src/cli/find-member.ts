import { PunctualError } from "@punctual/contract";
import type { Queryable } from "../platform/database.ts";
import { type IdentityRow, readMemberByEmail } from "../store/members.ts";

/** The member with this e-mail, of whatever business. Throws `member_not_found`. */
export async function findMember(read: Queryable, email: string): Promise<IdentityRow> {
  const found = await readMemberByEmail(read, email);
  if (found !== null) return found;
  throw new PunctualError("member_not_found", `There is no member with the e-mail ${email}.`);
}
