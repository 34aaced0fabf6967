/**
 * Who runs the team: members get other limits, leave and come back, teams are put together anew, and what
 * becomes of the sessions of who goes offline is decided now this way, now that.
 */
import {
  changeMember,
  deactivateMember,
  reactivateMember,
} from "../../apps/server/src/actions/change-member.ts";
import type { Deps } from "../../apps/server/src/actions/deps.ts";
import { savePresenceSettings } from "../../apps/server/src/actions/save-presence-settings.ts";
import { setTeamMembers } from "../../apps/server/src/actions/save-team.ts";
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import { COMMAND_LINE } from "../../apps/server/src/store/audit-log.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import type { Business } from "./business.ts";
import type { Doors } from "./doors.ts";

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
    simulation.after(this.#random.wait(plan.staffChangeEveryMs), () => {
      if (this.#over) return;
      this.counts.changes += 1;
      // Whatever became of the request, the door is shut on those who have left by then.
      void doors.call(this.#choose()).then(() => this.#shutOutLater());
      this.start();
    });
  }

  end(): void {
    this.#over = true;
  }

  #choose(): Act {
    const { accountId, members, teamIds } = this.#options.business;
    const random = this.#random;
    const memberId = random.pick(members).id;
    const of = { accountId, memberId, by: COMMAND_LINE };
    const capacity = random.pick([null, 1, 2, 5]);
    const team = { accountId, teamId: random.pick(teamIds), by: COMMAND_LINE };
    const some = members.filter(() => random.chance(0.5)).map(({ id }) => id);
    const whenOffline = random.pick(["keep", "reassign", "reassign"] as const);
    return random.pick<Act>([
      (deps) => changeMember(deps, of, { capacity }),
      (deps) => deactivateMember(deps, of),
      (deps) => reactivateMember(deps, of),
      (deps) => reactivateMember(deps, of),
      (deps) => setTeamMembers(deps, team, some),
      (deps) =>
        savePresenceSettings(
          deps,
          { accountId, by: COMMAND_LINE },
          { whenOffline, autoAwayMinutes: null },
        ),
    ]);
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
