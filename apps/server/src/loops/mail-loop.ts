/**
 * Sends the e-mails that wait. Each is claimed in one commit, handed to the mail server outside any
 * transaction, and its outcome recorded in another. SMTP takes no idempotency key: where the outcome is
 * not known, because the text had left and no answer came or because this process died in between, the
 * e-mail counts as failed and is never sent again. Whoever asked for it can ask for a new one; mailed
 * twice, a one-time link or an alert would only confuse.
 */
import { claimEmailsToSend } from "../actions/claim-emails.ts";
import type { Deps } from "../actions/deps.ts";
import { recordEmailOutcome } from "../actions/record-email.ts";
import { InFlight } from "../platform/in-flight.ts";
import { Loop, type Round } from "../platform/loop.ts";
import { MAIL_ATTEMPT_MS, type Mailer } from "../platform/mailer.ts";
import type { Metrics } from "../platform/metrics.ts";
import { PACE } from "../platform/pace.ts";
import { type InTime, recordInTime } from "../platform/record-in-time.ts";
import { type ClaimedEmail, readNextEmailInMs } from "../store/emails.ts";

/** Under way at once, each on a connection of its own. */
const AT_ONCE = 10;

/** Longer than an attempt and the recording of its outcome may take. */
const STALE_MS = MAIL_ATTEMPT_MS + 120_000;

const RECORD_WITHIN_MS = 60_000;
const LOCKED_SLEEP_MS = 250;

/** How long a stop waits for the mail server to answer. */
const STOP_GRACE_MS = 4_000;

export interface MailLoop {
  readonly loop: Loop;
  /** One round, for tests: what it sends is under way until `idle`. */
  runOnce(): Promise<Round>;
  /** Waits for the e-mails under way to be recorded. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export function createMailLoop(
  deps: Pick<Deps, "db" | "logger">,
  metrics: Pick<Metrics, "email">,
  mailer: Mailer,
): MailLoop {
  const flight = new InFlight(AT_ONCE, STOP_GRACE_MS);
  const inTime: InTime = {
    withinMs: RECORD_WITHIN_MS,
    hurry: flight.hurry,
    logger: deps.logger,
    warning: "the outcome of an e-mail is recorded again",
  };
  const sendOne = async (email: ClaimedEmail): Promise<void> => {
    const { id, to_address: to, subject, body: text } = email;
    try {
      const outcome = await mailer.send({ id, to, subject, text }, flight.hurry);
      metrics.email(outcome.type);
      if (outcome.type !== "sent") {
        // What the server said may hold addresses: it is kept with the e-mail, not in the log.
        deps.logger.warn({ emailId: id, outcome: outcome.type }, "an e-mail was not taken");
      }
      await recordInTime(() => recordEmailOutcome(deps, email, outcome), inTime);
    } catch (error) {
      deps.logger.error({ err: error, emailId: id }, "the outcome of an e-mail was not recorded");
    }
  };
  const runOnce = async (): Promise<Round> => {
    const { room } = flight;
    if (room === 0) {
      await flight.oneEnded();
      return { nextInMs: 0 };
    }
    const claimed = await claimEmailsToSend(deps, room, STALE_MS);
    for (const email of claimed) flight.begin(sendOne(email));
    if (claimed.length > 0) return { nextInMs: 0 };
    const nextInMs = await readNextEmailInMs(deps.db);
    return { nextInMs: Math.max(nextInMs ?? PACE.mailPollMs, LOCKED_SLEEP_MS) };
  };
  const loop = new Loop({
    name: "mail",
    logger: deps.logger,
    runOnce,
    maxSleepMs: PACE.mailPollMs,
  });
  return {
    loop,
    runOnce,
    idle: () => flight.idle(),
    stop: () => flight.stop(loop),
  };
}
