import type { BusinessNumber, Customer, SentMessage, SentStatus } from "../state.ts";
import { statusUpdate } from "../webhooks/status-update.ts";
import type { World } from "../world.ts";
import { titleOf } from "./graph-error.ts";

/** Why an accepted message will fail. */
export interface Failure {
  readonly code: number;
  readonly title: string | null;
  readonly afterMs: number;
}

/**
 * Lets an accepted message go its way: `sent`, `delivered`, `read`, as far as the customer's phone
 * and habits let it, each after its delay; or `failed`.
 */
export function startLadder(world: World, sent: SentMessage, failure: Failure | null): void {
  if (failure) {
    world.timers.schedule(failure.afterMs, () => void recordStatus(world, sent, "failed", failure));
    return;
  }
  step(world, sent, "sentMs", () => {
    void recordStatus(world, sent, "sent");
    deliver(world, sent);
  });
}

/** Goes on from where the message got to, as far as the customer's phone can be reached. */
export function deliver(world: World, sent: SentMessage): void {
  const customer = customerOf(world, sent);
  if (!isReachable(customer)) return;
  const openAndRead = customer.chatOpen && customer.readsMessages;
  if (sent.status === "delivered" || (sent.status === "sent" && openAndRead)) {
    readSoon(world, sent, customer);
    return;
  }
  if (sent.status !== "sent") return;
  step(world, sent, "deliveredMs", () => {
    if (!isReachable(customer)) return;
    void recordStatus(world, sent, "delivered");
    readSoon(world, sent, customer);
  });
}

function readSoon(world: World, sent: SentMessage, customer: Customer): void {
  if (!customer.readsMessages) return;
  step(world, sent, "readMs", () => {
    if (isReachable(customer) && customer.readsMessages) void recordStatus(world, sent, "read");
  });
}

/** Whether the phone is on and has a network. */
function isReachable(customer: Customer | null): customer is Customer {
  return customer?.receivesMessages === true && customer.offlineUntil === null;
}

const RANK = { accepted: 0, sent: 1, delivered: 2, read: 3, failed: 4 } as const;

/**
 * Stamps a status, now unless told otherwise, and tells the business. A message that got as far
 * already is left alone.
 *
 * @param stamp unix seconds.
 * @returns what resolves when the webhook's first attempt is over.
 */
export async function recordStatus(
  world: World,
  sent: SentMessage,
  status: SentStatus,
  failure: Failure | null = null,
  stamp: number | null = null,
): Promise<void> {
  const number = world.state.numbers.get(sent.phoneNumberId);
  if (!number || RANK[status] <= RANK[sent.status]) return;
  const priced = status === "sent" || (status !== "failed" && sent.status === "sent");
  sent.status = status;
  sent.statuses.push({ status, at: world.now() });
  world.activity.changed();
  if (sent.customerId !== null) world.feed.publish({ type: "chat", customerId: sent.customerId });
  await emitStatus(world, number, sent, { status, failure, stamp, priced });
}

interface StatusStep {
  readonly status: SentStatus;
  readonly failure: Failure | null;
  readonly stamp: number | null;
  readonly priced: boolean;
}

function emitStatus(world: World, number: BusinessNumber, sent: SentMessage, step: StatusStep) {
  const { failure, priced, status } = step;
  const error = failure && { code: failure.code, title: failure.title ?? titleOf(failure.code) };
  const stamp = step.stamp ?? Math.floor(world.now() / 1_000);
  const update = statusUpdate(number, customerOf(world, sent), sent, {
    status,
    stamp,
    error,
    priced,
  });
  return world.updates.emit(update);
}

function step(
  world: World,
  sent: SentMessage,
  delay: "sentMs" | "deliveredMs" | "readMs",
  run: () => void,
): void {
  const own = customerOf(world, sent)?.statusDelays[delay];
  world.timers.schedule(own ?? world.settings.statusDelays[delay], run);
}

function customerOf(world: World, sent: SentMessage) {
  return sent.customerId === null ? null : (world.state.customers.get(sent.customerId) ?? null);
}
