import type { BusinessNumber, Customer } from "../state.ts";
import { contactOf } from "./customer-update.ts";
import { newUpdate, type Update } from "./update.ts";

interface Echo {
  readonly wamid: string;
  /** Unix seconds. */
  readonly stamp: number;
  readonly text: string;
}

/**
 * Somebody of the business wrote to the customer in the WhatsApp Business app (`channels.md` A9).
 */
export function echoUpdate(number: BusinessNumber, customer: Customer, echo: Echo): Update {
  const subject = {
    kind: "echo",
    field: "smb_message_echoes",
    customerId: customer.id,
    messageId: echo.wamid,
    status: null,
  } as const;
  const { phone, hidesPhone, bsuid } = customer;
  return newUpdate(number, subject, {
    contacts: [contactOf(customer)],
    message_echoes: [
      {
        from: number.displayPhoneNumber,
        ...(phone === null || hidesPhone ? {} : { to: phone }),
        ...(bsuid === null ? {} : { to_user_id: bsuid }),
        id: echo.wamid,
        timestamp: String(echo.stamp),
        type: "text",
        text: { body: echo.text },
      },
    ],
  });
}
