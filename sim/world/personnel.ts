/**
 * Who runs the business: members get other limits and other channels, leave and come back, teams are put
 * together anew, business hours are saved, contacts are blocked and let in again, and what becomes of who
 * is idle and of the sessions of who goes offline is decided now this way, now that.
 */
import { blockContact, unblockContact } from "../../apps/server/src/actions/block-contact.ts";
import {
  changeMember,
  deactivateMember,
  reactivateMember,
} from "../../apps/server/src/actions/change-member.ts";
import type { Deps } from "../../apps/server/src/actions/deps.ts";
import { limitMemberToChannels } from "../../apps/server/src/actions/limit-member.ts";
import { saveBusinessHours } from "../../apps/server/src/actions/save-business-hours.ts";
import { savePresenceSettings } from "../../apps/server/src/actions/save-presence-settings.ts";
import { limitTeamToChannels, setTeamMembers } from "../../apps/server/src/actions/save-team.ts";
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import { COMMAND_LINE } from "../../apps/server/src/store/audit-log.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import type { Business } from "./business.ts";
import type { Doors } from "./doors.ts";
import { drawBusinessHours } from "./draw-settings.ts";

export interface PersonnelOptions {
  readonly simulation: Simulation;
  readonly plan: BusinessPlan;
  readonly business: Business;
  readonly doors: Doors;
  readonly screen: Queryable;
  /** Told who may not come in any more, soon after it is so. */
  readonly onShutOut: (memberIds: ReadonlySet<string>) => void;
}

type Act = (deps: Deps) => Promise<unknown>;

/** How often a change is about a contact, and how often one who is not blocked is blocked then. */
const LOOKS_AT_CONTACT = 0.25;
const BLOCK_CHANCE = 0.3;

export class Personnel {
  readonly #options: PersonnelOptions;
  readonly #random: Random;
  #over = false;
  readonly counts = { changes: 0 };

  constructor(options: PersonnelOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork(`personnel ${options.business.accountId}`);
  }

  start(): void {
    const { simulation, plan, doors } = this.#options;
    simulation.after(this.#random.wait(plan.staffChangeEveryMs), async () => {
      if (this.#over) return;
      this.counts.changes += 1;
      const act = await this.#choose();
      // Whatever became of the request, the door is shut on those who have left by then.
      void doors.call(act).then(() => this.#shutOutLater());
      this.start();
    });
  }

  end(): void {
    this.#over = true;
  }

  async #choose(): Promise<Act> {
    const random = this.#random;
    if (random.chance(LOOKS_AT_CONTACT)) return await this.#changeBlock();
    return random.pick([
      () => this.#changeMember(),
      () => this.#changeMember(),
      () => this.#changeTeam(),
      () => this.#changeHours(),
    ])();
  }

  #changeMember(): Act {
    const { accountId, members } = this.#options.business;
    const random = this.#random;
    const of = { accountId, memberId: random.pick(members).id, by: COMMAND_LINE };
    const capacity = random.pick([null, 1, 2, 5]);
    const channelIds = this.#someChannels();
    return random.pick<Act>([
      (deps) => changeMember(deps, of, { capacity }),
      (deps) => limitMemberToChannels(deps, of, channelIds),
      (deps) => deactivateMember(deps, of),
      (deps) => reactivateMember(deps, of),
      (deps) => reactivateMember(deps, of),
    ]);
  }

  #changeTeam(): Act {
    const { accountId, members, teamIds } = this.#options.business;
    const random = this.#random;
    const team = { accountId, teamId: random.pick(teamIds), by: COMMAND_LINE };
    const some = members.filter(() => random.chance(0.5)).map(({ id }) => id);
    const channelIds = this.#someChannels();
    return random.pick<Act>([
      (deps) => setTeamMembers(deps, team, some),
      (deps) => setTeamMembers(deps, team, some),
      (deps) => limitTeamToChannels(deps, team, channelIds),
    ]);
  }

  #changeHours(): Act {
    const random = this.#random;
    const author = { accountId: this.#options.business.accountId, by: COMMAND_LINE };
    const whenOffline = random.pick(["keep", "reassign", "reassign"] as const);
    const autoAwayMinutes = random.pick([null, null, 1, 3, 10]);
    const hours = drawBusinessHours(random, this.#options.simulation.now);
    return random.pick<Act>([
      (deps) => savePresenceSettings(deps, author, { whenOffline, autoAwayMinutes }),
      (deps) => saveBusinessHours(deps, author, hours),
    ]);
  }

  /** `null`, the most often: no limit. */
  #someChannels(): readonly string[] | null {
    const { channels } = this.#options.business;
    if (this.#random.chance(0.6)) return null;
    const some = channels.filter(() => this.#random.chance(0.6));
    return (some.length === 0 ? channels : some).map(({ id }) => id);
  }

  /** Few contacts are blocked at a time: whoever is looked at is let in again. */
  async #changeBlock(): Promise<Act> {
    const { business, screen } = this.#options;
    const { channel, phone } = this.#random.pick(business.customers);
    const [contact] = await screen.query<{ id: string; blocked: boolean }>(
      `select c.id, c.blocked_at is not null as blocked from contact_identities i
       join contacts c on c.account_id = i.account_id and c.id = i.contact_id
       where i.account_id = $1 and i.channel_id = $2 and i.phone = $3`,
      [channel.accountId, channel.id, phone],
    );
    const by = { ...this.#random.pick(business.members), role: "supervisor" as const };
    const block = this.#random.chance(BLOCK_CHANCE);
    if (contact === undefined) return async () => undefined;
    const on = { accountId: business.accountId, contactId: contact.id, by };
    if (contact.blocked) return (deps) => unblockContact(deps, on);
    return async (deps) => {
      if (block) await blockContact(deps, { ...on, reason: "spam" });
    };
  }

  #shutOutLater(): void {
    const { simulation, business, screen, onShutOut } = this.#options;
    simulation.after(this.#random.between(1, 2_000), async () => {
      const gone = await screen.query<{ id: string }>(
        "select id from members where account_id = $1 and not active order by id",
        [business.accountId],
      );
      onShutOut(new Set(gone.map(({ id }) => id)));
    });
  }
}
