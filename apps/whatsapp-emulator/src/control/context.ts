import type { PhoneFeed } from "../chat/phone-feed.ts";
import type { BusinessNumber, Customer } from "../state.ts";
import type { World } from "../world.ts";
import { ControlError } from "./control-error.ts";

/** What the control routes work on. A reset puts another world in place. */
export interface ControlContext {
  readonly world: () => World;
  readonly reset: (keepNumbers: boolean) => void;
  readonly allowedHosts: ReadonlySet<string>;
  /** What changes on the phones, in whatever world. */
  readonly feed: PhoneFeed;
}

/** @throws ControlError 404 */
export function customerById(world: World, id: string): Customer {
  const customer = world.state.customers.get(id);
  if (!customer) throw new ControlError(404, `There is no customer ${id}. Add one first.`);
  return customer;
}

/**
 * The business number that is meant; without an id, the only one.
 *
 * @throws ControlError 404, or 400 when there are several to choose from.
 */
export function numberById(world: World, phoneNumberId: string | null): BusinessNumber {
  const { numbers } = world.state;
  if (phoneNumberId !== null) {
    const number = numbers.get(phoneNumberId);
    if (!number)
      throw new ControlError(404, `There is no number ${phoneNumberId}. Register it first.`);
    return number;
  }
  const [only, another] = numbers.values();
  if (!only) throw new ControlError(404, "There is no business number yet. Register one first.");
  if (another) throw new ControlError(400, "There are several numbers: say which one in `to`.");
  return only;
}
