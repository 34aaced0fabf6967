import type { MailOutcome } from "../platform/mailer.ts";
import { type ClaimedEmail, type EmailOutcome, recordEmail } from "../store/emails.ts";
import type { Deps } from "./deps.ts";

const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 3_600_000;

/** Records what the mail server said to a claimed e-mail, which waits for another try or is settled. */
export async function recordEmailOutcome(
  { db }: Pick<Deps, "db">,
  email: ClaimedEmail,
  outcome: MailOutcome,
): Promise<void> {
  const recorded = outcomeOf(outcome, email.attempts);
  await db.transaction(async (tx) => recordEmail(tx, email, recorded));
}

function outcomeOf(outcome: MailOutcome, attempts: number): EmailOutcome {
  switch (outcome.type) {
    case "sent":
      return outcome;
    case "retry": {
      const inMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
      return { type: "retry", error: outcome.error, inMs };
    }
    case "refused":
    case "unknown":
      return { type: "failed", error: outcome.error };
  }
}
