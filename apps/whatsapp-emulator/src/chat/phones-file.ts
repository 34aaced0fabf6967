import { z } from "zod";
import { addCustomer } from "../control/add-customer.ts";
import { CustomerMessageInput } from "../control/customer-message-input.ts";
import { CustomerInput } from "../control/inputs.ts";
import { type ChatEntry, rememberSent } from "../state.ts";
import type { World } from "../world.ts";
import { sendWaiting } from "./network.ts";
import { storeMedia } from "./store-media.ts";

const Milliseconds = z.number();

const Written = z.strictObject({
  wamid: z.string(),
  customerId: z.string(),
  phoneNumberId: z.string(),
  spec: CustomerMessageInput,
  at: Milliseconds,
  status: z.enum(["waiting", "sent", "delivered", "read"]),
});

const SentStatus = z.enum(["accepted", "sent", "delivered", "read", "failed"]);

const Sent = z.strictObject({
  wamid: z.string(),
  phoneNumberId: z.string(),
  customerId: z.string().nullable(),
  addressedBy: z.enum(["phone", "bsuid"]),
  address: z.string(),
  type: z.string(),
  body: z.record(z.string(), z.unknown()),
  reference: z.string().nullable(),
  receivedAt: Milliseconds,
  status: SentStatus,
  statuses: z.array(z.strictObject({ status: SentStatus, at: Milliseconds })),
  warnings: z.array(z.string()).readonly(),
});

const Echo = z.strictObject({
  wamid: z.string(),
  phoneNumberId: z.string(),
  text: z.string(),
  at: Milliseconds,
});

const Entry = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("customer"), message: Written }),
  z.strictObject({ by: z.literal("business"), message: Sent }),
  z.strictObject({ by: z.literal("app"), message: Echo }),
]);

/** Customers with all that their phones hold, for another run of the emulator. */
export const PhonesFile = z.strictObject({
  version: z.literal(1),
  phones: z.array(
    z.strictObject({
      customer: CustomerInput.safeExtend({
        lastWroteAt: z.record(z.string(), Milliseconds),
      }),
      chat: z.array(Entry),
    }),
  ),
  files: z.array(z.strictObject({ id: z.string(), mimeType: z.string(), base64: z.base64() })),
});
export type PhonesFile = z.infer<typeof PhonesFile>;

/** All phones as they are now. Business numbers and their secrets are not in it. */
export function exportPhones({ state }: World): PhonesFile {
  return {
    version: 1,
    phones: [...state.customers.values()].map(({ offlineUntil: _network, ...customer }) => ({
      customer: { ...customer, lastWroteAt: Object.fromEntries(customer.lastWroteAt) },
      chat: [...(state.chats.get(customer.id) ?? [])],
    })),
    files: [...state.media.values()].map(({ id, mimeType, bytes }) => ({
      ...{ id, mimeType, base64: bytes.toString("base64") },
    })),
  };
}

/**
 * Adds the phones of an earlier run, each with a network. What waited on them goes its way.
 *
 * @throws ControlError 409 when a customer or an address is there already.
 */
export function importPhones(world: World, { phones, files }: PhonesFile): void {
  const { state } = world;
  for (const { id, mimeType, base64 } of files) {
    storeMedia(state, mimeType, Buffer.from(base64, "base64"), id);
  }
  for (const { customer, chat } of phones) {
    const { lastWroteAt, ...input } = customer;
    const added = addCustomer(world, input);
    for (const [number, at] of Object.entries(lastWroteAt)) added.lastWroteAt.set(number, at);
    state.chats.set(added.id, chat);
    for (const entry of chat) remember(world, entry);
    sendWaiting(world, added);
  }
  world.feed.publish({ type: "reset" });
}

function remember(world: World, { by, message }: ChatEntry): void {
  if (by === "customer") world.state.received.set(message.wamid, message);
  if (by === "business") rememberSent(world.state, message);
}
