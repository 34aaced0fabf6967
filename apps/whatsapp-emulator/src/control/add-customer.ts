import { randomInt } from "node:crypto";
import type { z } from "zod";
import { type Customer, indexCustomer } from "../state.ts";
import type { World } from "../world.ts";
import { ControlError } from "./control-error.ts";
import type { CustomerInput } from "./inputs.ts";

/**
 * Puts a customer into the world.
 *
 * @throws ControlError 409 when the id or an address is another's.
 */
export function addCustomer(world: World, input: z.output<typeof CustomerInput>): Customer {
  const { customers, byAddress } = world.state;
  const { id, bsuid, ...rest } = input;
  const customer: Customer = {
    ...rest,
    id: id ?? freeId(world),
    bsuid: bsuid === undefined ? madeUpBsuid() : bsuid,
    offlineUntil: null,
    lastWroteAt: new Map(),
  };
  if (customers.has(customer.id)) {
    throw new ControlError(409, `There is a customer ${customer.id} already.`);
  }
  const taken = [customer.phone, customer.bsuid].find(
    (address) => address !== null && byAddress.has(address),
  );
  if (taken) throw new ControlError(409, `${taken} belongs to another customer already.`);
  indexCustomer(world.state, customer);
  return customer;
}

function freeId({ state }: World): string {
  let index = state.customers.size + 1;
  while (state.customers.has(`c${index}`)) index += 1;
  return `c${index}`;
}

function madeUpBsuid(): string {
  const digits = Array.from({ length: 15 }, () => randomInt(10)).join("");
  return `US.1${digits}`;
}

/** A customer as the control calls show one. */
export function presentCustomer(world: World, customer: Customer) {
  const { lastWroteAt, offlineUntil, ...shown } = customer;
  const offlineForMs = offlineUntil === null ? null : Math.max(0, offlineUntil - world.now());
  return { ...shown, offlineForMs, lastWroteAt: Object.fromEntries(lastWroteAt) };
}
