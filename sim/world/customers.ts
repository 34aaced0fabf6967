/** Customers: they begin conversations, write in bursts, answer, and write again when nobody expects it. */
import type { ContactIdentity, CustomerMessageEvent } from "@punctual/channel-kit";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import type { Customer } from "./business.ts";
import type { Provider } from "./provider.ts";

export interface CustomersOptions {
  readonly simulation: Simulation;
  readonly plan: BusinessPlan;
  readonly provider: Provider;
  readonly customers: readonly Customer[];
  /** A customer wrote: somebody of the business may want to answer. */
  readonly onWritten: (customer: Customer) => void;
}

export class Customers {
  readonly #options: CustomersOptions;
  readonly #random: Random;
  readonly #byPhone: ReadonlyMap<string, Customer>;
  #over = false;
  readonly counts = { conversations: 0, messages: 0 };

  constructor(options: CustomersOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork("customers");
    this.#byPhone = new Map(options.customers.map((customer) => [customer.phone, customer]));
  }

  start(): void {
    const { simulation, plan, customers } = this.#options;
    simulation.after(this.#random.wait(plan.conversationEveryMs), () => {
      if (this.#over) return;
      this.counts.conversations += 1;
      this.#writeBurst(this.#random.pick(customers));
      this.start();
    });
  }

  end(): void {
    this.#over = true;
  }

  /** Something of the business reached the customer. */
  hear(phone: string): void {
    const customer = this.#byPhone.get(phone);
    if (
      customer === undefined ||
      this.#over ||
      !this.#random.chance(this.#options.plan.customerAnswers)
    )
      return;
    // Many answer at once, some exactly when the conversation is about to be closed.
    const minutes = this.#random.pick([1, 3, 10, 30]) * 60_000;
    const wait = this.#random.chance(0.3)
      ? minutes + this.#random.between(-1_500, 1_500)
      : this.#random.wait(customer.patienceMs);
    this.#options.simulation.after(wait, () => this.#writeBurst(customer));
  }

  #writeBurst(customer: Customer): void {
    if (this.#over) return;
    const messages = this.#random.between(1, this.#options.plan.longestBurst);
    for (let at = 0; at < messages; at++) {
      const wait = at === 0 ? 0 : this.#random.between(0, 8_000);
      this.#options.simulation.after(wait, () => this.#write(customer));
    }
  }

  #write(customer: Customer): void {
    if (!this.#over) this.writes(customer);
  }

  /** Writes now. @param delayMs how long the provider takes to hand it over, if it isn't late */
  writes(customer: Customer, delayMs?: number): void {
    this.counts.messages += 1;
    const { provider, onWritten } = this.#options;
    const message = this.#message(customer);
    const together = this.#random.chance(0.05) ? [this.#message(customer)] : [];
    provider.tell(customer.channel, [message, ...together], delayMs);
    onWritten(customer);
  }

  #message(customer: Customer): CustomerMessageEvent {
    const { provider } = this.#options;
    const seldom = this.#random.chance(0.02);
    return {
      type: "customerMessage",
      address: customer.channel.address,
      // Some providers hand over a message long after it was stamped.
      at: provider.stamp() - (seldom ? this.#random.between(0, 90_000) : 0),
      raw: null,
      externalId: provider.newExternalId(),
      contact: identityOf(customer),
      content: { type: "text", text: "hello" },
      replyTo: null,
    };
  }
}

export function identityOf({ phone, name }: Customer): ContactIdentity {
  return { userId: null, parentUserId: null, phone, username: null, name };
}
