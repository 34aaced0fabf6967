/** Admins: they save settings and rules in the middle of everything, and mend channels that stopped. */

import { changeChannel } from "../../apps/server/src/actions/create-channel.ts";
import type { AnyChannel } from "../../apps/server/src/actions/deps.ts";
import { changeRule, createRule, removeRule } from "../../apps/server/src/actions/save-rule.ts";
import { saveClockSettings } from "../../apps/server/src/actions/save-settings.ts";
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import { COMMAND_LINE } from "../../apps/server/src/store/audit-log.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import type { Business } from "./business.ts";
import type { Doors } from "./doors.ts";
import { drawOverride, drawRule, drawSettings } from "./draw-settings.ts";

export interface AdminsOptions {
  readonly simulation: Simulation;
  readonly plan: BusinessPlan;
  readonly business: Business;
  readonly doors: Doors;
  readonly screen: Queryable;
  readonly channel: AnyChannel;
}

const MOST_RULES = 4;
const LOOK_AFTER_CHANNELS_MS = 10 * 60_000;

export class Admins {
  readonly #options: AdminsOptions;
  readonly #random: Random;
  #over = false;
  readonly counts = { saves: 0 };

  constructor(options: AdminsOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork(`admins ${options.business.accountId}`);
  }

  start(): void {
    this.#saveAgain();
    this.#lookAfterChannels();
  }

  end(): void {
    this.#over = true;
  }

  #saveAgain(): void {
    const { simulation, plan } = this.#options;
    simulation.after(this.#random.wait(plan.saveEveryMs), async () => {
      if (this.#over) return;
      this.counts.saves += 1;
      if (this.#random.chance(0.6)) this.#saveSettings();
      else await this.#saveRules();
      this.#saveAgain();
    });
  }

  #saveSettings(): void {
    const { business, doors } = this.#options;
    const random = this.#random;
    const forChannel = random.chance(0.3);
    const save = {
      accountId: business.accountId,
      channelId: forChannel ? random.pick(business.channels).id : null,
      settings: forChannel ? drawOverride(random) : drawSettings(random),
      applyTo: random.pick(["all", "nextMessage"] as const),
      by: { ...COMMAND_LINE, memberId: business.members[0]?.id ?? null },
    };
    void doors.call((deps) => saveClockSettings(deps, save));
  }

  async #saveRules(): Promise<void> {
    const { business, doors, screen } = this.#options;
    const { accountId, members, teamIds } = business;
    const random = this.#random;
    const rules = await screen.query<{ id: string }>(
      "select id from assignment_rules where account_id = $1 order by position, id",
      [accountId],
    );
    const input = drawRule(random, members, teamIds);
    const author = { accountId, by: COMMAND_LINE };
    const some = rules.length === 0 ? undefined : random.pick(rules);
    if (some === undefined || (rules.length < MOST_RULES && random.chance(0.3))) {
      void doors.call((deps) => createRule(deps, author, input));
    } else if (random.chance(0.3)) {
      void doors.call((deps) => removeRule(deps, author, some.id));
    } else {
      void doors.call((deps) => changeRule(deps, author, some.id, input));
    }
  }

  /** A channel that was stopped sends again once somebody has entered its credentials anew. */
  #lookAfterChannels(): void {
    const { business, doors, simulation, channel, screen } = this.#options;
    simulation.after(this.#random.wait(LOOK_AFTER_CHANNELS_MS), async () => {
      const { accountId } = business;
      const stopped = await screen.query<{ id: string }>(
        "select id from channels where account_id = $1 and stopped_at is not null order by id",
        [accountId],
      );
      for (const { id } of stopped) {
        const change = { accountId, channelId: id, name: undefined, config: {}, by: COMMAND_LINE };
        void doors.call((deps) => changeChannel(deps, () => channel, change));
      }
      this.#lookAfterChannels();
    });
  }
}
