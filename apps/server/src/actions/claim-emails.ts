import { type ClaimedEmail, claimEmails, giveUpStaleEmails } from "../store/emails.ts";
import type { Deps } from "./deps.ts";

/**
 * Claims e-mails to send, in a commit of its own before anything goes out, and gives up those whose sender
 * died.
 * @param staleMs longer than any claim that somebody is still at work on.
 */
export async function claimEmailsToSend(
  { db, logger }: Pick<Deps, "db" | "logger">,
  limit: number,
  staleMs: number,
): Promise<readonly ClaimedEmail[]> {
  return await db.transaction(async (tx) => {
    const lost = await giveUpStaleEmails(tx, staleMs);
    if (lost > 0) logger.warn({ emails: lost }, "e-mails were given up: their sender died");
    return await claimEmails(tx, limit);
  });
}
