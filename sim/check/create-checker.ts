/**
 * Judges clock.md §9 from the rows as they are committed, and from what the world witnessed, independently
 * of the code that wrote them. After every commit it reads the sessions that were touched, compares them
 * with what it remembers of them, and remembers them anew.
 *
 *     commit ──triggers──▶ sim_touched ──afterStep──▶ rules (a file each) ──▶ memory
 */
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import {
  readSettingsHistory,
  type SettingsOf,
} from "../../apps/server/src/testkit/settings-history.ts";
import type { Checker, SimViolation } from "../checker.ts";
import type { Witness } from "../witness.ts";
import { holder, judgeAssignment, judgeFull } from "./assignments.ts";
import { judgeAtEnd } from "./at-end.ts";
import { judgeBlocked } from "./blocked.ts";
import { judgeCloses } from "./closes.ts";
import { judgeDeadlines } from "./deadlines.ts";
import { judgeEndMessages } from "./end-messages.ts";
import { judgeExplanation } from "./explanations.ts";
import { judgeFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { judgeIdle } from "./idle.ts";
import { Lateness } from "./lateness.ts";
import { judgeLine } from "./line.ts";
import { Loads } from "./loads.ts";
import type { Look } from "./look.ts";
import { type Memory, newMemory, rememberAct, rememberRows } from "./memory.ts";
import { judgeCounts, judgeOnce } from "./once.ts";
import { owedMessages } from "./owed.ts";
import {
  type Changes,
  prepareChanges,
  readChanges,
  tidyChanges,
  touchPage,
} from "./read-changes.ts";
import type { SeenAct, SeenSession } from "./rows.ts";
import { judgeSaves } from "./saves.ts";
import { Sends } from "./sends.ts";
import { Stored } from "./stored.ts";
import { Threads } from "./threads.ts";
import { judgeTold } from "./told.ts";
import { judgeWaits } from "./waits.ts";
import { judgeNotices, judgeWarning } from "./warnings.ts";
import { WorldHistory } from "./world.ts";

/** Prepares a database that no node uses yet; the checker then sees every commit in it. */
export async function createChecker(observer: Queryable, witness: Witness): Promise<Checker> {
  await prepareChanges(observer);
  const judge = new Judge(observer, witness, await readSettingsHistory(observer));
  return {
    afterStep: (now) => judge.afterStep(now),
    atEnd: (now) => judge.atEnd(now),
  };
}

const TIDY_EVERY = 5_000;
const SAVES_EVERY = 50;
const PAGE = 500;
const NIL_ID = "00000000-0000-0000-0000-000000000000";

class Judge {
  readonly #observer: Queryable;
  readonly #windowMs: number;
  readonly #memories = new Map<string, Memory>();
  readonly #threads = new Threads();
  readonly #loads = new Loads();
  readonly #world = new WorldHistory();
  readonly #sends: Sends;
  readonly #stored: Stored;
  readonly #lateness: Lateness;
  #settingsOf: SettingsOf;
  #steps = 0;

  constructor(observer: Queryable, witness: Witness, settingsOf: SettingsOf) {
    this.#observer = observer;
    this.#windowMs = witness.windowMs;
    this.#settingsOf = settingsOf;
    this.#sends = new Sends(witness);
    this.#stored = new Stored(witness);
    this.#lateness = new Lateness(witness);
  }

  async afterStep(now: number): Promise<readonly SimViolation[]> {
    // What the provider received, it received before this commit.
    const sends = this.#sends.judge((id) => this.#threads.message(id));
    const changes = await readChanges(this.#observer);
    if (changes.settings) this.#settingsOf = await readSettingsHistory(this.#observer);
    const ofWorld = await this.#lookAtWorld(changes, now);
    this.#threads.note(changes.sessions);
    const looks = changes.sessions.map((seen) => this.#look(seen, now));
    const found = [
      ...sends.map(({ finding, sessionId }) => ({ ...finding, sessionId })),
      ...looks.flatMap((look) => of(look, this.#judgeActs(look))),
      ...judgeFull(looks, this.#loads).flatMap(({ look, finding }) => of(look, [finding])),
      ...looks.flatMap((look) => of(look, this.#judgeRows(look))),
      ...[...ofWorld, ...this.#stored.judge()].map((finding) => ({ ...finding, sessionId: null })),
      ...this.#judgeTime(now),
    ];
    if (++this.#steps % TIDY_EVERY === 0) await tidyChanges(this.#observer);
    if (this.#steps % SAVES_EVERY === 0) {
      found.push(...(await judgeSaves(this.#observer, this.#lateness, now)));
    }
    return found;
  }

  async atEnd(now: number): Promise<readonly SimViolation[]> {
    const found = [...(await this.afterStep(now)), ...(await judgeAtEnd(this.#observer))];
    for (let after: string | null = NIL_ID; after !== null; ) {
      after = await touchPage(this.#observer, after, PAGE);
      found.push(...(await this.afterStep(now)));
    }
    const stored = await this.#stored.judgeAll(this.#observer);
    found.push(...(await judgeLine(this.#observer, this.#world, now)));
    found.push(...(await judgeSaves(this.#observer, this.#lateness, now)));
    const others = [...stored, ...judgeIdle(this.#world.now, now)];
    return [...found, ...others.map((finding) => ({ ...finding, sessionId: null }))];
  }

  async #lookAtWorld({ world, beat }: Changes, now: number): Promise<readonly Finding[]> {
    if (world || this.#world.now === undefined) return await this.#world.read(this.#observer, now);
    return beat ? this.#world.beat(now) : [];
  }

  #look(seen: SeenSession, now: number): Look {
    const { id } = seen.session;
    const before = this.#memories.get(id) ?? newMemory();
    this.#memories.set(id, before);
    const owed = owedMessages(seen.messages, before.settled);
    const thread = this.#threads.of(seen);
    return {
      ...{ now, seen, before, owed, thread },
      ...{ world: this.#world, settingsOf: this.#settingsOf, windowMs: this.#windowMs },
    };
  }

  /** Each act is judged with those before it remembered. */
  #judgeActs(look: Look): readonly Finding[] {
    return look.seen.acts.flatMap((act) => {
      const found = ofAct(look, act);
      const late = this.#lateness.judgeAct(look, act);
      rememberAct(look.before, act, look.owed);
      return [...found, ...late];
    });
  }

  #judgeRows(look: Look): readonly Finding[] {
    const { seen, before, now } = look;
    const owed = owedMessages(seen.messages, before.settled);
    const found = [
      ...ofRows({ ...look, owed }),
      ...this.#stored.note(seen.session.channel_id, seen.messages, now),
    ];
    rememberRows(before, seen, now);
    const given = seen.acts.some(({ kind }) => kind === "assigned");
    this.#loads.note(seen.session.id, holder(seen.session), now, given);
    this.#lateness.note(look);
    return found;
  }

  #judgeTime(now: number): readonly SimViolation[] {
    const outages = this.#world.now?.outages ?? [];
    const holdIsOn = outages.some(({ hold_ended_at }) => hold_ended_at === null);
    return this.#lateness
      .judgeWaiting(now, holdIsOn)
      .map(({ finding, sessionId }) => ({ ...finding, sessionId }));
  }
}

function ofAct(look: Look, act: SeenAct): readonly Finding[] {
  return [
    ...judgeOnce(look, act),
    ...judgeAssignment(look, act),
    ...judgeWarning(look, act),
    ...judgeTold(look, act),
    ...judgeExplanation(look, act),
  ];
}

function ofRows(look: Look): readonly Finding[] {
  return [
    ...judgeBlocked(look),
    ...judgeCloses(look),
    ...judgeCounts(look),
    ...judgeWaits(look),
    ...judgeEndMessages(look),
    ...judgeNotices(look),
    ...judgeDeadlines(look),
    ...judgeFacts(look),
    ...judgeParked(look),
  ];
}

/** Nothing in a simulation is so wrong that it can't be decided. */
function judgeParked({ seen }: Look): readonly Finding[] {
  const { park_error: error } = seen.session;
  return error === null ? [] : [{ rule: "§9.6", what: `a session was parked: ${error}` }];
}

function of({ seen }: Look, findings: readonly Finding[]): readonly SimViolation[] {
  return findings.map((finding) => ({ ...finding, sessionId: seen.session.id }));
}
