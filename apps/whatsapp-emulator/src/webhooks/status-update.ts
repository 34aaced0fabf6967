import type { JsonObject } from "../json.ts";
import type { BusinessNumber, Customer, SentMessage, SentStatus } from "../state.ts";
import { contactOf } from "./customer-update.ts";
import { newUpdate, type Update } from "./update.ts";

interface Step {
  readonly status: SentStatus;
  /** Unix seconds. */
  readonly stamp: number;
  /** Of a `failed` status. */
  readonly error: { readonly code: number; readonly title: string } | null;
  /** Whether this step carries the price; `sent` and one later one do. */
  readonly priced: boolean;
}

/** How far a message got (`channels.md` A8), in the form of webhook versions from v24.0 on. */
export function statusUpdate(
  number: BusinessNumber,
  customer: Customer | null,
  sent: SentMessage,
  step: Step,
): Update {
  const subject = {
    kind: "status",
    field: "messages",
    customerId: sent.customerId,
    messageId: sent.wamid,
    status: step.status,
  } as const;
  const failed = step.status === "failed";
  const status = {
    id: sent.wamid,
    status: step.status,
    timestamp: String(step.stamp),
    ...recipientOf(customer, sent, failed),
    ...(sent.reference === null ? {} : { biz_opaque_callback_data: sent.reference }),
    ...(step.priced ? { pricing: pricingOf(sent) } : {}),
    ...(step.error === null ? {} : { errors: [errorOf(step.error)] }),
  };
  const contacts = failed || customer === null ? {} : { contacts: [contactIn(customer, step)] };
  return newUpdate(number, subject, { ...contacts, statuses: [status] });
}

/** A failed status names the BSUID only when the message was addressed to it (`channels.md` A6). */
function recipientOf(customer: Customer | null, sent: SentMessage, failed: boolean): JsonObject {
  const byPhone = sent.addressedBy === "phone";
  const phone = byPhone ? sent.address.replace(/\D/g, "") : null;
  const bsuid = byPhone ? (customer?.bsuid ?? null) : sent.address;
  return {
    ...(phone === null ? {} : { recipient_id: phone }),
    ...(bsuid === null || (failed && byPhone) ? {} : { recipient_user_id: bsuid }),
  };
}

/** The username comes with `delivered` and `read` only. */
function contactIn(customer: Customer, { status }: Step): JsonObject {
  return contactOf(status === "sent" ? { ...customer, username: null } : customer);
}

function pricingOf({ type }: SentMessage): JsonObject {
  const category = type === "template" ? "utility" : "service";
  return { billable: true, pricing_model: "PMP", type: "regular", category };
}

function errorOf({ code, title }: { readonly code: number; readonly title: string }): JsonObject {
  return {
    code,
    title,
    message: title,
    error_data: { details: title },
    href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
  };
}
