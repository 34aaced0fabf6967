import type { CustomerMessageSpec } from "../control/customer-message-input.ts";
import type { JsonObject } from "../json.ts";
import type { BusinessNumber, Customer, MediaFile } from "../state.ts";
import { messageObject } from "./message-object.ts";
import { newUpdate, type Update } from "./update.ts";

/**
 * The update that tells the business of a customer's message.
 *
 * @param stamp the message's own, unix seconds.
 */
export function customerUpdate(
  number: BusinessNumber,
  customer: Customer,
  spec: CustomerMessageSpec,
  { wamid, stamp, media }: CustomerMessageFacts,
): Update {
  const message = messageObject({ number, customer, wamid, stamp, media }, spec);
  const contacts = isSystem(spec) ? {} : { contacts: [contactOf(customer)] };
  const subject = {
    kind: "message",
    field: "messages",
    customerId: customer.id,
    messageId: wamid,
    status: null,
  } as const;
  return newUpdate(number, subject, { ...contacts, messages: [message] });
}

interface CustomerMessageFacts {
  readonly wamid: string;
  readonly stamp: number;
  /** The file that it names; `null`: one is made up. */
  readonly media: MediaFile | null;
}

/** Notices of WhatsApp itself come without `contacts` (`channels.md` A5). */
export function isSystem(spec: CustomerMessageSpec): boolean {
  return spec.type === "numberChange" || spec.type === "userIdChange";
}

/** The customer's entry in `contacts[]`. */
export function contactOf(customer: Customer): JsonObject {
  const { name, username, phone, hidesPhone, bsuid } = customer;
  return {
    profile: { name, ...(username === null ? {} : { username }) },
    ...(phone === null || hidesPhone ? {} : { wa_id: phone }),
    ...(bsuid === null ? {} : { user_id: bsuid }),
  };
}
