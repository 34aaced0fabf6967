import { PunctualError, type PushSubscriptionBody } from "@punctual/contract";
import { newId } from "../platform/ids.ts";
import { isPushService } from "../platform/web-push.ts";
import type { Reader } from "../store/mark-notifications.ts";
import {
  deletePushSubscription,
  type PushSubscriptionRow,
  upsertPushSubscription,
} from "../store/push-subscriptions.ts";
import type { Deps } from "./deps.ts";

/**
 * A member's browser wants pushes. Throws `push_endpoint_refused` for an address that is no push service's:
 * the server will ask it, so it must not be one of our own network.
 */
export async function subscribeToPush(
  { db }: Pick<Deps, "db">,
  reader: Reader,
  { endpoint, keys, name }: PushSubscriptionBody,
  allowed: readonly string[],
): Promise<PushSubscriptionRow> {
  if (!isPushService(endpoint, allowed)) {
    throw new PunctualError("push_endpoint_refused", undefined, {
      service: URL.parse(endpoint)?.host ?? null,
    });
  }
  return await db.transaction((tx) =>
    upsertPushSubscription(tx, { ...reader, ...keys, id: newId(), endpoint, name: name ?? null }),
  );
}

/** Ends one of a member's subscriptions. Throws `push_subscription_not_found`. */
export async function unsubscribeFromPush(
  { db }: Pick<Deps, "db">,
  reader: Reader,
  id: string,
): Promise<void> {
  await db.transaction((tx) => deletePushSubscription(tx, { ...reader, id }));
}
