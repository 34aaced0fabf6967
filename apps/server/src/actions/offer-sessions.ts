/**
 * Offers sessions that look for an agent to whoever is eligible, without trying again what must fail again.
 *
 *     seekers ──new, changed, or more is open than when they were tried──▶ offered ──▶ found somebody
 *        ▲                                                                    │
 *        └────────── remembered with what was open then ◀── found nobody ─────┘
 *
 * What is open is worked out from the rows each time and never told, so no change can be missed. A node
 * that forgets only tries once too often.
 */
import {
  type Openings,
  offersMore,
  openBothTimes,
  openingsOf,
  type Roster,
  type SessionEvent,
} from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { countSettingsSaves } from "../store/clock-settings.ts";
import type { Seeker } from "../store/line.ts";
import type { LoadedSession, SessionKey } from "../store/load-sessions.ts";
import { holdIsOn } from "../store/nodes.ts";
import { readNow } from "../store/now.ts";
import { readRoster } from "../store/roster.ts";
import { readRosterTeams } from "../store/roster-teams.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { commitOrSplit } from "./split-batch.ts";

const BATCH = 200;

/** Sessions of an account that found nobody, and what was open to all of them then. */
interface Known {
  readonly openings: Openings;
  /** Each session's version when it was tried. */
  readonly versions: ReadonlyMap<string, string>;
}

/** What this process remembers of one account's vain tries. */
export class Tried {
  #known: Known | null = null;

  /** Gives what is known and forgets it: an error on the way leaves nothing half true behind. */
  take(): Known | null {
    const known = this.#known;
    this.#known = null;
    return known;
  }

  keep(known: Known | null): void {
    this.#known = known;
  }
}

export interface Offering {
  /** In the order in which they are offered. */
  readonly seekers: readonly Seeker[];
  /** Locks those that still look for somebody. */
  readonly claim: (tx: Tx, keys: readonly SessionKey[]) => Promise<readonly LoadedSession[]>;
  readonly event: SessionEvent;
  readonly tried: Tried;
}

/** Offers an account's sessions as far as they may find somebody; gives how many left their place. */
export async function offerSessions(
  deps: Deps,
  accountId: string,
  { seekers, claim, event, tried }: Offering,
): Promise<number> {
  const known = tried.take();
  if (seekers.length === 0) return 0;
  const look = await prepareLook(deps, accountId, seekers);
  const round = new OfferRound(seekers, known, await look.now());
  let moved = 0;
  for (let page = round.next(); page.length > 0; page = round.next()) {
    const offered = await commitOrSplit(deps, page, (part) =>
      commitDecisions(
        deps,
        (tx) => claim(tx, part),
        accountsOf,
        (deciding, sessions) => offerEach(deciding, sessions, { accountId, event, look }),
      ),
    );
    moved += offered.filter((each) => each.moved).length;
    round.note(offered);
  }
  tried.keep(round.known());
  return moved;
}

interface Look {
  /** What is open now, as far as it is committed. */
  now(): Promise<Openings>;
  /** The same of a roster that is locked. */
  at(roster: Roster, now: number): Openings;
}

async function prepareLook(
  { db }: Deps,
  accountId: string,
  seekers: readonly Seeker[],
): Promise<Look> {
  const teamIds = new Set(seekers.flatMap(({ teamId }) => teamId ?? []));
  const [hold, saves, byId] = await Promise.all([
    holdIsOn(db),
    countSettingsSaves(db, accountId),
    readRosterTeams(
      db,
      [...teamIds].map((teamId) => ({ accountId, teamId })),
    ),
  ]);
  const besides = {
    teams: [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    others: `${hold} ${saves}`,
  };
  const at: Look["at"] = (roster, now) => openingsOf(roster, { ...besides, at: now });
  return { at, now: async () => at(await readRoster(db, accountId), await readNow(db)) };
}

/** What became of one session. */
interface Offered {
  readonly id: string;
  /** Somebody else has it now, or nobody any more. */
  readonly moved: boolean;
  /** Its assignee has a place more: what was tried before it in the batch may find them now. */
  readonly frees: boolean;
  /** What was left at the end of its commit, and so open to every session in it. */
  readonly openings: Openings;
}

function offerEach(
  { batch, now }: Deciding,
  sessions: readonly LoadedSession[],
  { accountId, event, look }: { accountId: string; event: SessionEvent; look: Look },
): readonly Offered[] {
  const startOf = ({ facts }: LoadedSession) => facts.wait?.startedAt ?? 0;
  const outcomes = sessions
    .toSorted((a, b) => startOf(a) - startOf(b))
    .map(({ id, facts: { assignee } }) => {
      const decision = batch.decide(id, event);
      const moved = decision.type === "decided" && decision.facts.assignee !== assignee;
      return { id, moved, frees: moved && assignee !== null };
    });
  const openings = look.at(batch.roster(accountId), now);
  return outcomes.map((outcome) => ({ ...outcome, openings }));
}

/** Which sessions are to be offered in one round, page by page, and what is known after it. */
class OfferRound {
  readonly #before: Known | null;
  readonly #versionOf: ReadonlyMap<string, string>;
  readonly #versions = new Map<string, string>();
  #left: readonly Seeker[];
  /** What was open to all that are in `#versions`; `null`: nothing was tried yet. */
  #openings: Openings | null = null;
  #sure = true;

  constructor(seekers: readonly Seeker[], before: Known | null, now: Openings) {
    this.#before = before;
    this.#left = seekers;
    this.#versionOf = new Map(seekers.map(({ id, version }) => [id, version]));
    this.#passKnown(now);
  }

  next(): readonly Seeker[] {
    const page = this.#left.slice(0, BATCH);
    this.#left = this.#left.slice(BATCH);
    return page;
  }

  note(offered: readonly Offered[]): void {
    for (const { id, moved, frees, openings } of offered) {
      const version = this.#versionOf.get(id);
      if (!moved && version !== undefined) this.#versions.set(id, version);
      if (frees) this.#sure = false;
      this.#narrow(openings);
    }
    const last = offered.at(-1);
    if (last !== undefined) this.#passKnown(last.openings);
  }

  known(): Known | null {
    if (!this.#sure || this.#openings === null) return null;
    return { openings: this.#openings, versions: this.#versions };
  }

  /** Passes over what was tried before, once no more is open than then. */
  #passKnown(now: Openings): void {
    const before = this.#before;
    if (before === null || offersMore(now, before.openings)) return;
    const left: Seeker[] = [];
    for (const seeker of this.#left) {
      if (before.versions.get(seeker.id) !== seeker.version) left.push(seeker);
      else this.#versions.set(seeker.id, seeker.version);
    }
    this.#left = left;
    this.#narrow(before.openings);
  }

  #narrow(openings: Openings): void {
    if (this.#openings === openings) return;
    const both = this.#openings === null ? openings : openBothTimes(this.#openings, openings);
    if (both === null) this.#sure = false;
    else this.#openings = both;
  }
}
