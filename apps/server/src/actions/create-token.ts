import { MAX_TOKENS, PunctualError } from "@punctual/contract";
import { newId } from "../platform/ids.ts";
import { randomSecret } from "../platform/random.ts";
import { hashSecret } from "../platform/secret-hash.ts";
import { writeAccessChanged } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { memberIsActive } from "../store/read-member.ts";
import { insertToken, readTokens, revokeToken, type TokenRow } from "../store/tokens.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/** What every API token begins with, so that scanners for leaked secrets recognise it. */
export const TOKEN_PREFIX = "pun_";

/**
 * Creates an API token that acts as the member. The secret is given once and stored as a hash. Throws
 * `member_not_found` and `too_many_tokens`.
 */
export async function createToken(
  deps: Pick<Deps, "db">,
  { accountId, by, memberId, name }: Authored & { memberId: string; name: string },
): Promise<{ token: TokenRow; secret: string }> {
  const secret = TOKEN_PREFIX + randomSecret();
  const token = await deps.db.transaction(async (tx) => {
    // Whoever is deactivated meanwhile leaves no token behind.
    lockAccount(tx, "roles", accountId);
    const own = memberId === by.memberId;
    await authorizeAuthor(tx, { accountId, by }, own ? null : "manageTokensOfOthers");
    if (!(await memberIsActive(tx, accountId, memberId))) {
      throw new PunctualError("member_not_found");
    }
    if ((await readTokens(tx, accountId, memberId)).length >= MAX_TOKENS) {
      throw new PunctualError("too_many_tokens");
    }
    const tokenHash = hashSecret(secret);
    const id = newId();
    const of = { accountId, by, subjectId: id, before: null, after: { memberId, name } };
    writeAudit(tx, { ...of, act: "token.created" });
    return await insertToken(tx, { accountId, id, memberId, name, tokenHash });
  });
  return { token, secret };
}

/**
 * Ends an API token for good: requests with it are refused, and live connections opened with it are
 * closed. Throws `token_not_found`.
 * @param token.memberId only if it is this member's; `null`: anybody's of the account.
 */
export async function endToken(
  deps: Pick<Deps, "db" | "signals">,
  { by, ...token }: Authored & { id: string; memberId: string | null },
): Promise<void> {
  const { accountId, id: subjectId } = token;
  await deps.db.transaction(async (tx) => {
    const own = token.memberId !== null;
    await authorizeAuthor(tx, { accountId, by }, own ? null : "manageTokensOfOthers");
    const revoked = await revokeToken(tx, token);
    if (revoked === null) throw new PunctualError("token_not_found");
    const before = { memberId: revoked.member_id, name: revoked.name };
    writeAudit(tx, { accountId, by, act: "token.revoked", subjectId, before, after: null });
    writeAccessChanged(tx, { accountId, memberId: revoked.member_id });
  });
  deps.signals.events();
  deps.signals.access();
}
