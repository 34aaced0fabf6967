/**
 * One-time links by which somebody chooses a password. Where this server mails, the link is mailed in the
 * commit that makes it.
 */
import type { Tx } from "../platform/database.ts";
import { randomSecret } from "../platform/random.ts";
import { hashSecret } from "../platform/secret-hash.ts";
import { readAccount } from "../store/accounts.ts";
import { loadMemberForUpdate } from "../store/change-member.ts";
import { queueEmails } from "../store/emails.ts";
import {
  emailKeyOf,
  endLinksOf,
  type Invited,
  insertLink,
  type LinkPurpose,
  readLink,
  useLink,
} from "../store/invitations.ts";
import { timestamp } from "../views/timestamp.ts";
import type { Deps } from "./deps.ts";

export interface PasswordLink {
  /** Shown once; it is stored as a hash. */
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** Whether it is on its way to the member; false: this server sends no e-mail. */
  readonly emailed: boolean;
}

export interface LinkFor {
  readonly accountId: string;
  readonly memberId: string;
  readonly purpose: LinkPurpose;
  readonly email: string;
  readonly name: string;
}

const HOUR_MS = 3_600_000;

/** A new colleague may be away for some days; a forgotten password is wanted back now. */
const LIFETIMES_MS: Record<LinkPurpose, number> = {
  invitation: 7 * 24 * HOUR_MS,
  passwordReset: HOUR_MS,
};

/**
 * Makes a link in a transaction that does more. A new invitation ends the earlier ones; a new reset
 * doesn't, or whoever knows somebody's e-mail could keep them from ever using theirs.
 */
export async function writePasswordLink(
  tx: Tx,
  { mail }: Pick<Deps, "mail">,
  { accountId, memberId, purpose, email, name }: LinkFor,
): Promise<PasswordLink> {
  const token = randomSecret();
  const tokenHash = hashSecret(token);
  const lifetimeMs = LIFETIMES_MS[purpose];
  if (purpose === "invitation") await endLinksOf(tx, accountId, memberId);
  const expiresAt = await insertLink(tx, { accountId, memberId, purpose, tokenHash, lifetimeMs });
  if (mail === null) return { token, expiresAt, emailed: false };
  const { name: business } = await readAccount(tx, accountId);
  const url = linkUrl(mail.publicUrl, purpose, token);
  const { subject, text } = letterOf[purpose]({ name, business, url, until: minute(expiresAt) });
  queueEmails(tx, [
    {
      ...{ accountId, to: email, subject, text, kind: purpose },
      ...{ key: emailKeyOf(tokenHash), usefulForMs: lifetimeMs },
    },
  ]);
  return { token, expiresAt, emailed: true };
}

/**
 * Uses a link up, behind the lock of its member: whoever ends links takes that one first, too. Gives whom
 * it is for; `null` when it is used, expired or unknown, or its member deactivated.
 */
export async function useUpLink(
  tx: Tx,
  purpose: LinkPurpose,
  token: string,
): Promise<Invited | null> {
  const tokenHash = hashSecret(token);
  const found = await readLink(tx, purpose, tokenHash);
  if (found === null) return null;
  await loadMemberForUpdate(tx, found.accountId, found.memberId);
  return await useLink(tx, purpose, tokenHash);
}

const PAGES: Record<LinkPurpose, string> = {
  invitation: "invitation",
  passwordReset: "reset-password",
};

/** Where the link leads. @param publicUrl without a slash at the end. */
export function linkUrl(publicUrl: string, purpose: LinkPurpose, token: string): string {
  return `${publicUrl}/${PAGES[purpose]}?token=${token}`;
}

interface Letter {
  readonly name: string;
  readonly business: string;
  readonly url: string;
  readonly until: string;
}

const letterOf: Record<LinkPurpose, (letter: Letter) => { subject: string; text: string }> = {
  invitation: ({ name, business, url, until }) => ({
    subject: `Join ${business} on Punctual`,
    text: `Hello ${name},

${business} answers its customers with Punctual and has added you. Choose your password here:

${url}

The link works once, until ${until}. If this tells you nothing, ignore this e-mail.
`,
  }),
  passwordReset: ({ name, business, url, until }) => ({
    subject: `Your password at ${business}`,
    text: `Hello ${name},

choose a new password for ${business} on Punctual here:

${url}

The link works once, until ${until}. If you didn't ask for it, ignore this e-mail: your password stays as it is.
`,
  }),
};

/** As people read it: `2026-03-01 09:30 UTC`. */
function minute(at: number): string {
  return `${timestamp(at).slice(0, 16).replace("T", " ")} UTC`;
}
