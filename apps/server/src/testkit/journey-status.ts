import type { EmulatorClient } from "@punctual/whatsapp-emulator";
import type { JourneyClock } from "./journey-clock.ts";
import type { Customer } from "./journey-customer.ts";

/**
 * Lets WhatsApp tell a status of the last message that the customer was sent, whenever the story needs it:
 * a refusal that comes hours later, a receipt after a refusal. Meta's own form, signed as ever.
 */
export async function tellStatus(
  { whatsapp, clock }: { readonly whatsapp: EmulatorClient; readonly clock: JourneyClock },
  customer: Customer,
  status: "sent" | "delivered" | "read" | "failed",
  code = 131026,
): Promise<void> {
  const last = (await whatsapp.sent(customer.id)).at(-1);
  if (last === undefined) throw new Error(`${customer.phone} was sent nothing`);
  const errors = [{ code, title: "Message undeliverable" }];
  const told = {
    id: last.wamid,
    status,
    timestamp: String(Math.floor((await clock.now()) / 1_000)),
    recipient_id: customer.phone.slice(1),
    biz_opaque_callback_data: last.reference,
    ...(status === "failed" ? { errors } : {}),
  };
  const metadata = { display_phone_number: "15550783881", phone_number_id: last.phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, statuses: [told] };
  await whatsapp.sendRaw({
    payload: {
      object: "whatsapp_business_account",
      entry: [{ id: "102290129340398", changes: [{ field: "messages", value }] }],
    },
  });
  await whatsapp.waitUntilIdle();
}
