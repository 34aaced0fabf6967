import type { PushTarget } from "../platform/web-push.ts";
import {
  type DeliveryState,
  type DueDelivery,
  lockDueDeliveries,
  settleDeliveries,
} from "../store/claim-deliveries.ts";
import { type NewEmail, queueEmails } from "../store/emails.ts";
import { alertEmail } from "../views/alert-email.ts";
import { type DeliveryVerdict, decideDelivery } from "./decide-delivery.ts";
import type { Deps } from "./deps.ts";

/** A push that is ours to send, once. */
export interface ClaimedPush extends DueDelivery {
  readonly target: PushTarget;
}

/** What a claim did. */
export interface ClaimedAlerts {
  /** Deliveries that were due. */
  readonly due: number;
  readonly pushes: readonly ClaimedPush[];
}

/** An e-mail that says that the reply is due in an hour is of no use the next day. */
const EMAIL_USEFUL_MS = 3_600_000;
/** So many at once are a flood: they come in one e-mail. */
const MOST_EMAILS_AT_ONCE = 5;

/**
 * Takes what is due, in one commit, before anything leaves: what holds no longer is dropped, pushes are
 * claimed, and e-mails are queued, which is their only way from here on.
 */
export async function claimAlerts(deps: Deps, limit: number): Promise<ClaimedAlerts> {
  const { mail } = deps;
  const { due, pushes, mailed } = await deps.db.transaction(async (tx) => {
    const due = await lockDueDeliveries(tx, limit);
    const decided = due.map((each) => ({
      due: each,
      verdict: decideDelivery(each, mail !== null),
    }));
    settleDeliveries(
      tx,
      decided.map(({ due, verdict }) => stateOf(due, verdict)),
    );
    const leaving = decided.flatMap(({ due, verdict }) => (verdict.type === "go" ? [due] : []));
    const emails =
      mail === null
        ? []
        : emailsOf(
            leaving.filter(({ medium }) => medium === "email"),
            mail,
          );
    queueEmails(tx, emails);
    return { due, pushes: leaving.flatMap(asPush), mailed: emails.length };
  });
  if (mailed > 0) deps.signals.mail();
  return { due: due.length, pushes };
}

function asPush(due: DueDelivery): ClaimedPush[] {
  const { medium, target } = due;
  return medium === "push" && target !== null ? [{ ...due, target }] : [];
}

function stateOf(due: DueDelivery, verdict: DeliveryVerdict): DeliveryState {
  const same = { ...due, dueInMs: 0, reason: null };
  switch (verdict.type) {
    case "go":
      return {
        ...same,
        state: due.medium === "push" ? "claimed" : "sent",
        attempts: due.attempts + 1,
      };
    case "later":
      return { ...same, state: "queued", dueInMs: verdict.inMs, reason: verdict.reason };
    case "skip":
      return { ...same, state: "skipped", reason: verdict.reason };
    case "withdraw":
      return { ...same, state: "withdrawn" };
  }
}

function emailsOf(due: readonly DueDelivery[], mail: NonNullable<Deps["mail"]>): NewEmail[] {
  return [...Map.groupBy(due, ({ memberId }) => memberId).values()].flatMap((own) => {
    if (own.length > MOST_EMAILS_AT_ONCE) return [emailOf(own, "alerts", mail)];
    return own.map((each) => emailOf([each], "alert", mail));
  });
}

/** By its key a withdrawal finds the e-mail of one notification; one of many says what was true. */
function emailOf(
  told: readonly DueDelivery[],
  keyPrefix: string,
  { publicUrl }: NonNullable<Deps["mail"]>,
): NewEmail {
  const [first] = told;
  if (first === undefined) throw new Error("an e-mail tells something");
  return {
    accountId: first.accountId,
    to: first.to.email,
    ...alertEmail(told, publicUrl),
    kind: "alert",
    key: `${keyPrefix}:${first.notificationId}`,
    usefulForMs: EMAIL_USEFUL_MS,
  };
}
