import type { Effect, MemberId, RosterTeam, SessionTransferred, TeamId } from "../index.ts";

/** The teams of a story, each with whose turn it is. */
export class Teams {
  readonly #teams = new Map<TeamId, RosterTeam>();

  /** A team of these members, in this order. */
  put(id: TeamId, members: readonly MemberId[]): void {
    this.#teams.set(id, { id, name: id, members, pointer: null });
  }

  delete(id: TeamId): void {
    this.#teams.delete(id);
  }

  /** The team as a decision is given it. */
  find(id: TeamId | null): RosterTeam | null {
    return this.#teams.get(id ?? "") ?? null;
  }

  /** A person transfers a session to the team. */
  transfer(id: TeamId, by: MemberId = "boss"): SessionTransferred {
    return { type: "sessionTransferred", team: this.#get(id), by };
  }

  apply(effect: Effect): void {
    if (effect.type !== "teamTurnMoved") return;
    this.#teams.set(effect.teamId, { ...this.#get(effect.teamId), pointer: effect.memberId });
  }

  #get(id: TeamId): RosterTeam {
    const team = this.find(id);
    if (team === null) throw new Error(`no team ${id}`);
    return team;
  }
}
