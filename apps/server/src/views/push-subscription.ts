import type { PushSubscription } from "@punctual/contract";
import type { PushSubscriptionRow } from "../store/push-subscriptions.ts";
import { timestamp } from "./timestamp.ts";

/** A row → a subscription without its address, which is a secret of the browser's. */
export function presentPushSubscription(row: PushSubscriptionRow): PushSubscription {
  return {
    id: row.id,
    name: row.name,
    service: URL.parse(row.endpoint)?.host ?? "",
    createdAt: timestamp(row.created_at),
  };
}
