import { type BusinessNumber, type Customer, indexCustomer } from "../state.ts";
import { newWamid } from "../wamid.ts";
import { customerUpdate } from "../webhooks/customer-update.ts";
import { newUpdate, type Update } from "../webhooks/update.ts";
import type { World } from "../world.ts";
import type { CustomerMessageSpec } from "./customer-message-input.ts";

/**
 * A customer's message as it was written: its id, its stamp (unix seconds), what the business is
 * told.
 */
export interface Written {
  readonly wamid: string;
  readonly stamp: number;
  readonly updates: readonly Update[];
}

/**
 * Lets a customer do something in WhatsApp, without telling the business yet: the caller emits the
 * updates. Opens the 24-hour window, unless it is a reaction or a notice of WhatsApp itself.
 */
export function writeMessage(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  spec: CustomerMessageSpec,
): Written {
  const wamid = spec.id ?? newWamid("customer", customer.phone ?? customer.bsuid ?? customer.id);
  const stamp = spec.timestamp ?? Math.floor(Date.now() / 1_000);
  const update = customerUpdate(number, customer, spec, { wamid, stamp });
  const { phoneNumberId } = number;
  world.state.received.set(wamid, { customerId: customer.id, phoneNumberId });
  if (opensWindow(spec)) {
    const before = customer.lastWroteAt.get(phoneNumberId) ?? 0;
    customer.lastWroteAt.set(phoneNumberId, Math.max(before, stamp * 1_000));
  }
  return {
    wamid,
    stamp,
    updates: [update, ...changeIdentity(world, number, customer, spec, stamp)],
  };
}

/**
 * Whether a reaction counts is not documented; the stricter reading is taken (`channels.md` A13).
 */
function opensWindow({ type }: CustomerMessageSpec): boolean {
  return type !== "reaction" && type !== "numberChange" && type !== "userIdChange";
}

/** Gives the customer their new address; a new BSUID is told in a field of its own as well. */
function changeIdentity(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  spec: CustomerMessageSpec,
  stamp: number,
): Update[] {
  const { phone, bsuid } = customer;
  if (spec.type === "numberChange") {
    customer.phone = spec.newPhone.replace(/\D/g, "");
    indexCustomer(world.state, customer, { phone, bsuid });
  }
  if (spec.type !== "userIdChange") return [];
  customer.bsuid = spec.newBsuid;
  indexCustomer(world.state, customer, { phone, bsuid });
  const subject = {
    kind: "other",
    field: "user_id_update",
    customerId: customer.id,
    messageId: null,
    status: null,
  } as const;
  const change = {
    ...(phone === null || customer.hidesPhone ? {} : { wa_id: phone }),
    detail: "The user's id changed.",
    user_id: { ...(bsuid === null ? {} : { previous: bsuid }), current: spec.newBsuid },
    timestamp: String(stamp),
  };
  return [newUpdate(number, subject, { user_id_update: [change] })];
}
