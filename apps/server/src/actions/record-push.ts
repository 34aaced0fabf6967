import type { PushOutcome } from "../platform/web-push.ts";
import { type DeliveryState, recordDelivery } from "../store/claim-deliveries.ts";
import { deleteEndedSubscription } from "../store/push-subscriptions.ts";
import type { ClaimedPush } from "./claim-alerts.ts";
import type { Deps } from "./deps.ts";

/** A push with what its service said. */
export interface SentPush {
  readonly push: ClaimedPush;
  readonly outcome: PushOutcome;
}

const MOST_ATTEMPTS = 5;
const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 3_600_000;

/**
 * Records what became of a claimed push, and forgets a browser that is gone. Each has a commit of its own:
 * a transaction that withdraws notifications locks their deliveries too, and two that lock several in
 * different orders would wait for each other.
 */
export async function recordPush(
  { db }: Pick<Deps, "db">,
  { push, outcome }: SentPush,
): Promise<void> {
  await db.transaction(async (tx) => {
    recordDelivery(tx, stateOf({ push, outcome }));
    if (outcome.type === "gone") {
      deleteEndedSubscription(tx, { accountId: push.accountId, id: push.targetId });
    }
  });
}

function stateOf({ push, outcome }: SentPush): DeliveryState {
  const attempts = push.attempts + 1;
  const same = { ...push, attempts, dueInMs: 0, reason: null };
  switch (outcome.type) {
    case "sent":
      return { ...same, state: "sent" };
    case "gone":
      return { ...same, state: "failed", reason: "the subscription has ended" };
    case "retry": {
      if (attempts >= MOST_ATTEMPTS) return { ...same, state: "failed", reason: outcome.error };
      const waitMs = Math.max(outcome.inMs ?? 0, FIRST_RETRY_MS * 2 ** (attempts - 1));
      const dueInMs = Math.min(LONGEST_RETRY_MS, waitMs);
      return { ...same, state: "queued", dueInMs, reason: outcome.error };
    }
    case "refused":
      return { ...same, state: "failed", reason: outcome.error };
    // It may be on a screen: not sent again, and closed there once it holds no longer.
    case "unknown":
      return { ...same, state: "claimed", reason: outcome.error };
  }
}
