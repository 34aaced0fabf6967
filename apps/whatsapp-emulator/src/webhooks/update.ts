import type { JsonObject } from "../json.ts";
import type { BusinessNumber } from "../state.ts";

/** One thing that happened and that the business's webhook must hear of. */
export interface Update {
  readonly kind: "message" | "status" | "echo" | "other";
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly customerId: string | null;
  /** The wamid it is about. */
  readonly messageId: string | null;
  readonly status: string | null;
  /** The webhook field, such as `messages`. */
  readonly field: string;
  readonly value: JsonObject;
  /** Unix seconds; only fields other than `messages` carry it (`channels.md` A5). */
  readonly time: number | null;
}

type Subject = Pick<Update, "kind" | "field" | "customerId" | "messageId" | "status">;

/** An update of `number`, its value begun with what every value has. */
export function newUpdate(number: BusinessNumber, subject: Subject, rest: JsonObject): Update {
  return {
    ...subject,
    phoneNumberId: number.phoneNumberId,
    wabaId: number.wabaId,
    time: subject.field === "messages" ? null : Math.floor(Date.now() / 1_000),
    value: {
      messaging_product: "whatsapp",
      metadata: {
        display_phone_number: number.displayPhoneNumber,
        phone_number_id: number.phoneNumberId,
      },
      ...rest,
    },
  };
}
