import type { z } from "zod";
import type { BusinessNumber, Customer } from "../state.ts";
import type { World } from "../world.ts";
import { addCustomer } from "./add-customer.ts";
import { customerById, numberById } from "./context.ts";
import { CustomerMessageInput } from "./customer-message-input.ts";
import type { BulkInput } from "./inputs.ts";
import { sendWritten, writeMessage } from "./write-message.ts";

type Bulk = z.output<typeof BulkInput>;

/**
 * Webhooks that may be under way before the next are made, so that a long run needs little memory.
 */
const BACKLOG_LIMIT = 500;

/**
 * Lets customers write many messages, in turn. The messages are made while earlier ones are
 * delivered.
 *
 * @returns the customers, and what resolves when the last message was handed over. Never rejects.
 */
export function runBulk(world: World, bulk: Bulk) {
  const number = numberById(world, bulk.to);
  const customers =
    typeof bulk.customers === "number"
      ? Array.from({ length: bulk.customers }, (_, index) => bulkCustomer(world, index + 1))
      : bulk.customers.map((id) => customerById(world, id));
  const end = world.activity.begin();
  return { customers, done: writeAll(world, number, customers, bulk).finally(end) };
}

function bulkCustomer(world: World, index: number): Customer {
  const id = `bulk-${index}`;
  const known = world.state.customers.get(id);
  if (known) return known;
  const order = String(index).padStart(7, "0");
  return addCustomer(world, {
    id,
    name: `Customer ${index}`,
    phone: `1999${order}`,
    bsuid: `US.7${order}`,
    username: null,
    hidesPhone: false,
    receivesMessages: true,
    readsMessages: true,
    chatOpen: false,
    statusDelays: {},
  });
}

async function writeAll(
  world: World,
  number: BusinessNumber,
  customers: readonly Customer[],
  bulk: Bulk,
): Promise<void> {
  for (let next = 0; next < bulk.count; next += bulk.batchSize) {
    const size = Math.min(bulk.batchSize, bulk.count - next);
    const updates = Array.from({ length: size }, (_, offset) => next + offset).flatMap((index) => {
      const customer = customers[index % customers.length];
      const text = bulk.text.replaceAll("{n}", String(index + 1));
      const spec = CustomerMessageInput.parse({ type: "text", text });
      return customer ? sendWritten(world, writeMessage(world, number, customer, spec)) : [];
    });
    if (bulk.batchSize > 1) void world.updates.emitTogether(updates);
    else for (const update of updates) void world.updates.emit(update);
    if (world.dispatcher.backlog < BACKLOG_LIMIT) continue;
    const hasRoom = () => world.dispatcher.backlog < BACKLOG_LIMIT;
    if (!(await world.activity.until(hasRoom, 600_000))) return;
  }
}
