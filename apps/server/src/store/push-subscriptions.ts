import { PunctualError } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

export interface PushSubscriptionRow extends Row {
  readonly id: string;
  readonly name: string | null;
  readonly endpoint: string;
  readonly created_at: number;
}

export interface NewPushSubscription {
  readonly accountId: string;
  readonly memberId: string;
  readonly id: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly name: string | null;
}

/** More browsers than a person uses; the oldest make room. */
const MOST_OF_A_MEMBER = 20;

/**
 * Keeps a browser's subscription. The same browser again is the same row; one in which somebody else
 * logged in before, of whatever business, is now this member's, also when both come at once.
 */
export async function upsertPushSubscription(
  tx: Tx,
  subscription: NewPushSubscription,
): Promise<PushSubscriptionRow> {
  const { accountId, memberId, id, endpoint, p256dh, auth, name } = subscription;
  tx.write(
    `delete from push_subscriptions
     where endpoint = $1 and not (account_id = $2 and member_id = $3)`,
    [endpoint, accountId, memberId],
  );
  const [row] = await tx.query<PushSubscriptionRow>(
    `insert into push_subscriptions as t
       (account_id, id, member_id, endpoint, p256dh, auth, name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, now_ms())
     on conflict (endpoint) do update
       set account_id = excluded.account_id, member_id = excluded.member_id,
         id = case when (t.account_id, t.member_id) = (excluded.account_id, excluded.member_id)
           then t.id else excluded.id end,
         p256dh = excluded.p256dh, auth = excluded.auth, name = excluded.name
     returning t.id, t.name, t.endpoint, t.created_at`,
    [accountId, id, memberId, endpoint, p256dh, auth, name],
  );
  if (row === undefined) throw new Error("the insert gave no push subscription");
  tx.write(
    `delete from push_subscriptions where account_id = $1 and id in (
       select id from push_subscriptions where account_id = $1 and member_id = $2
       order by created_at desc, id desc offset $3)`,
    [accountId, memberId, MOST_OF_A_MEMBER],
  );
  return row;
}

/** A member's browsers, the newest first. */
export async function readPushSubscriptions(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<readonly PushSubscriptionRow[]> {
  return await read.query<PushSubscriptionRow>(
    `select id, name, endpoint, created_at from push_subscriptions
     where account_id = $1 and member_id = $2 order by created_at desc, id desc`,
    [accountId, memberId],
  );
}

/** Removes one of a member's. What was on its way there is passed over. Throws `push_subscription_not_found`. */
export async function deletePushSubscription(
  tx: Tx,
  { accountId, memberId, id }: Pick<NewPushSubscription, "accountId" | "memberId" | "id">,
): Promise<void> {
  const gone = await tx.query(
    `delete from push_subscriptions where account_id = $1 and member_id = $2 and id = $3 returning id`,
    [accountId, memberId, id],
  );
  if (gone.length === 0) throw new PunctualError("push_subscription_not_found");
}

/** Removes a subscription that the push service says has ended. */
export function deleteEndedSubscription(
  tx: Tx,
  ended: { readonly accountId: string; readonly id: string },
): void {
  tx.write("delete from push_subscriptions where account_id = $1 and id = $2", [
    ended.accountId,
    ended.id,
  ]);
}
