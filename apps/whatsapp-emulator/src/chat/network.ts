import { sendWritten } from "../control/write-message.ts";
import { deliver } from "../graph/status-ladder.ts";
import type { Customer } from "../state.ts";
import type { World } from "../world.ts";

/**
 * Takes the network of a customer's phone away for a while, or gives it back (`ms` 0). What they write
 * meanwhile waits on the phone, and so do messages to them and their receipts; all of it goes its way
 * once the network is back.
 */
export function loseNetwork(world: World, customer: Customer, ms: number): void {
  if (ms === 0) {
    regainNetwork(world, customer);
    return;
  }
  const { networkReturns } = world.state;
  networkReturns.get(customer.id)?.();
  networkReturns.set(
    customer.id,
    world.timers.schedule(ms, () => regainNetwork(world, customer)),
  );
  customer.offlineUntil = world.now() + ms;
  world.feed.publish({ type: "customers" });
}

function regainNetwork(world: World, customer: Customer): void {
  if (customer.offlineUntil === null) return;
  customer.offlineUntil = null;
  world.feed.publish({ type: "customers" });
  sendWaiting(world, customer);
  world.feed.publish({ type: "chat", customerId: customer.id });
  // Last, so that the emulator isn't idle in between.
  world.state.networkReturns.get(customer.id)?.();
  world.state.networkReturns.delete(customer.id);
}

/** Lets out what waited on a customer's phone, and in what waited for it. */
export function sendWaiting(world: World, customer: Customer): void {
  for (const entry of world.state.chats.get(customer.id) ?? []) {
    if (entry.by === "customer" && entry.message.status === "waiting") {
      for (const update of sendWritten(world, entry.message)) void world.updates.emit(update);
    }
    if (entry.by === "business") deliver(world, entry.message);
  }
}
