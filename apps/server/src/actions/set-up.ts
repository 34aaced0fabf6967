/**
 * The first run. While there is no business, each start prints a link that works once; whoever opens
 * it becomes the admin of a new business.
 */
import { PunctualError } from "@punctual/contract";
import { hashPassword } from "better-auth/crypto";
import { newId } from "../platform/ids.ts";
import { randomSecret } from "../platform/random.ts";
import { hashSecret } from "../platform/secret-hash.ts";
import { accountExists } from "../store/accounts.ts";
import { insertLogin } from "../store/logins.ts";
import { linkMemberToLogin } from "../store/members.ts";
import { lockSetup, replaceSetupLink, useSetupLink } from "../store/setup-links.ts";
import { writeMember } from "./add-member.ts";
import { writeAccount } from "./create-account.ts";
import type { Deps } from "./deps.ts";

/**
 * A fresh set-up link, or `null` when a business exists already. Links made before stop working.
 * @param publicUrl where this server is reached, without a slash at the end.
 */
export async function ensureSetupLink(
  deps: Pick<Deps, "db">,
  publicUrl: string,
): Promise<string | null> {
  const token = randomSecret();
  return await deps.db.transaction(async (tx) => {
    await lockSetup(tx);
    if (await accountExists(tx)) return null;
    replaceSetupLink(tx, hashSecret(token));
    return `${publicUrl}/setup?token=${token}`;
  });
}

export interface SetUp {
  readonly token: string;
  readonly businessName: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Creates the business and its admin, with a login, in one commit that also uses the link up: of two
 * at once, one wins. Throws `setup_link_invalid` and `email_taken`.
 */
export async function setUp(
  deps: Pick<Deps, "db" | "signals">,
  { token, businessName, name, email, password }: SetUp,
  ip: string,
): Promise<{ accountId: string; memberId: string }> {
  const passwordHash = await hashPassword(password);
  const created = await deps.db.transaction(async (tx) => {
    if (!(await useSetupLink(tx, hashSecret(token)))) throw new PunctualError("setup_link_invalid");
    const by = { memberId: null, via: "link", ip } as const;
    const accountId = await writeAccount(tx, businessName, by);
    const memberId = await writeMember(tx, { accountId, email, name, role: "admin", by });
    const userId = newId();
    insertLogin(tx, { userId, accountRowId: newId(), email, name, passwordHash });
    linkMemberToLogin(tx, { accountId, id: memberId }, userId);
    return { accountId, memberId };
  });
  deps.signals.events();
  return created;
}
