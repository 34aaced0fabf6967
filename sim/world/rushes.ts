/**
 * Rushes: a business has few free places, and more customers than that want one in the same instant. Chance
 * alone seldom brings it about, and it is what fair turns and kept capacities are hardest to keep in.
 */
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import type { Business, Customer } from "./business.ts";
import type { Customers } from "./customers.ts";

export interface RushesOptions {
  readonly simulation: Simulation;
  readonly plan: BusinessPlan;
  readonly business: Business;
  readonly customers: Customers;
  /** Where free places and newcomers are looked up, apart from the simulation. */
  readonly screen: Queryable;
}

/** More places than this are not worth a rush. */
const FEW = 4;
/** The provider hands over all messages of a rush after this long. */
const DELAY_MS = 50;

export class Rushes {
  readonly #options: RushesOptions;
  readonly #random: Random;
  #over = false;
  readonly counts = { rushes: 0 };

  constructor(options: RushesOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork(`rushes ${options.business.accountId}`);
  }

  start(): void {
    const { simulation, plan } = this.#options;
    if (plan.rushEveryMs === null) return;
    simulation.after(this.#random.wait(plan.rushEveryMs), async () => {
      if (this.#over) return;
      await this.#rush();
      this.start();
    });
  }

  end(): void {
    this.#over = true;
  }

  async #rush(): Promise<void> {
    const { business, customers, screen } = this.#options;
    const [row] = await screen.query<{ places: number }>(PLACES_SQL, [business.accountId]);
    const places = row?.places ?? 0;
    if (places === 0 || places > FEW) return;
    const newcomers = await this.#newcomers(places + this.#random.between(1, 2));
    if (newcomers.length <= places) return;
    this.counts.rushes += 1;
    for (const customer of newcomers) customers.writes(customer, DELAY_MS);
  }

  /** So many customers whose messages need somebody: nobody holds an open session with them. */
  async #newcomers(count: number): Promise<readonly Customer[]> {
    const { business, screen } = this.#options;
    const held = await screen.query<{ channel_id: string; phone: string }>(HELD_SQL, [
      business.accountId,
    ]);
    const taken = new Set(held.map(({ channel_id, phone }) => `${channel_id} ${phone}`));
    const free = business.customers.filter(
      ({ channel, phone }) => !taken.has(`${channel.id} ${phone}`),
    );
    const from = this.#random.between(0, Math.max(0, free.length - count));
    return free.slice(from, from + count);
  }
}

/** Places that the first rule with a capacity leaves to those who are there. */
const PLACES_SQL = `select coalesce(sum(greatest(0, r.capacity - (
    select count(*) from sessions s where s.account_id = m.account_id and s.assignee_id = m.id
      and s.closed_at is null and s.snoozed_until is null))), 0)::int as places
  from (select * from assignment_rules where account_id = $1 and enabled and capacity is not null
    order by position, id limit 1) r
  join members m on m.account_id = r.account_id and m.active
    and (r.target::jsonb ? 'everyone' or r.target::jsonb -> 'members' ? m.id::text)
    and (not r.online_only or m.status = 'available' and exists (
      select 1 from member_connections c
      where c.account_id = m.account_id and c.member_id = m.id))`;

const HELD_SQL = `select i.channel_id, i.phone from sessions s
  join contact_identities i on i.account_id = s.account_id and i.channel_id = s.channel_id
    and i.contact_id = s.contact_id
  where s.account_id = $1 and s.closed_at is null and s.assignee_id is not null`;
