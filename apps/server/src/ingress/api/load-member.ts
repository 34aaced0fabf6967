import { type Member, PunctualError } from "@punctual/contract";
import type { Deps } from "../../actions/deps.ts";
import { readMember } from "../../store/members.ts";
import { presentMember } from "../../views/member.ts";

/** One member as the API shows them. Throws `member_not_found`. */
export async function loadMember(deps: Deps, accountId: string, memberId: string): Promise<Member> {
  const row = await deps.db.readAs(accountId, (read) => readMember(read, accountId, memberId));
  if (row === null) throw new PunctualError("member_not_found");
  return presentMember(row);
}
