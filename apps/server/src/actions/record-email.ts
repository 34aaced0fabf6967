import { type ClaimedEmail, type EmailOutcome, recordEmail } from "../store/emails.ts";
import type { Deps } from "./deps.ts";

/** Records what became of an e-mail that the mail loop had claimed. */
export async function recordEmailOutcome(
  { db }: Pick<Deps, "db">,
  email: ClaimedEmail,
  outcome: EmailOutcome,
): Promise<void> {
  await db.transaction(async (tx) => recordEmail(tx, email, outcome));
}
