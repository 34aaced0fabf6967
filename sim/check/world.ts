/**
 * Who could be given a session, at each moment of the last minute: presence, load, rules and outages as
 * they were committed. A decision reads them before it commits, so it is judged by the most favourable
 * state between.
 */
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import { PACE } from "../../apps/server/src/platform/pace.ts";
import { type Finding, when } from "./finding.ts";
import { isOpen, type OpenHours } from "./open-hours.ts";

export interface WorldState {
  readonly from: number;
  readonly members: readonly WorldMember[];
  readonly rules: readonly WorldRule[];
  readonly teams: readonly WorldTeam[];
  /** Accounts whose sessions move when whoever holds them goes offline. */
  readonly moving: readonly string[];
  /** After how many minutes whoever is idle counts as away, by account; those of others never do. */
  readonly awayAfter: Readonly<Record<string, number>>;
  /** When the businesses are open, by account; the others always are. */
  readonly hours: Readonly<Record<string, OpenHours>>;
  readonly outages: readonly WorldOutage[];
  /** The newest beat of any node; 0: there never was one. */
  readonly lastBeat: number;
}

export interface WorldMember {
  readonly id: string;
  readonly account_id: string;
  readonly active: boolean;
  readonly role: string;
  readonly status: string;
  readonly capacity: number | null;
  /** Those they reach; `null`: all. */
  readonly channels: readonly string[] | null;
  /** When they last did something, as far as anybody asked, and since when they are away because of it. */
  readonly active_at: number | null;
  readonly auto_away_at: number | null;
  /** When each of their connections was last seen. */
  readonly seen: readonly number[];
}

export interface WorldRule {
  readonly id: string;
  readonly online_only: boolean;
  readonly capacity: number | null;
  readonly previous_agent_first: boolean;
  readonly conditions: { readonly businessHours?: "within" | "outside" };
  readonly target: {
    readonly everyone?: true;
    readonly members?: readonly string[];
    readonly team?: string;
  };
}

export interface WorldTeam {
  readonly id: string;
  readonly members: readonly string[];
}

export interface WorldOutage {
  readonly began_at: number;
  readonly detected_at: number;
  readonly hold_ended_at: number | null;
}

/** Longest between what a decision reads and its commit. */
const WINDOW_MS = 60_000;

export class WorldHistory {
  #states: WorldState[] = [];

  /** Reads the world as it is committed now. */
  async read(observer: Queryable, now: number): Promise<readonly Finding[]> {
    const [row] = await observer.query<{ world: Omit<WorldState, "from"> }>(WORLD_SQL);
    return row === undefined ? [] : this.add({ from: now, ...row.world });
  }

  /** A node beat, and nothing else changed. */
  beat(now: number): readonly Finding[] {
    const state = this.now;
    return state === undefined ? [] : this.add({ ...state, from: now, lastBeat: now });
  }

  /**
   * Gives what is wrong with it: an outage that no node noted when the first one was back (clock.md §6), or
   * somebody away before their minutes have passed (§8).
   */
  add(state: WorldState): readonly Finding[] {
    const missed = outageMissed(this.now, state);
    const early = this.#awayTooEarly(state);
    this.#states.push(state);
    const first = this.#states.findLastIndex(({ from }) => from < state.from - WINDOW_MS);
    if (first > 0) this.#states.splice(0, first);
    return [
      ...when("§6", missed, `nobody noted the outage before ${state.lastBeat}`),
      ...early.flatMap(({ id }) => when("§8", true, `${id} is away though they did something`)),
    ];
  }

  /** Who became away by themselves just now, by none of the settings that held of late. */
  #awayTooEarly(state: WorldState): readonly WorldMember[] {
    const before = new Map(this.now?.members.map((member) => [member.id, member.auto_away_at]));
    const states = [...this.since(state.from - STALE_MS), state];
    return state.members.filter(({ id, account_id, active_at, auto_away_at }) => {
      if (auto_away_at === null || auto_away_at === before.get(id)) return false;
      const idleMs = auto_away_at - (active_at ?? 0);
      const minutes = states.flatMap(({ awayAfter }) => awayAfter[account_id] ?? []);
      return !minutes.some((each) => idleMs >= each * 60_000);
    });
  }

  get now(): WorldState | undefined {
    return this.#states.at(-1);
  }

  /** The states that were committed at some time since then. */
  since(at: number): readonly WorldState[] {
    const first = this.#states.findLastIndex(({ from }) => from <= at);
    return this.#states.slice(Math.max(0, first));
  }

  /** Whether the member was active, and online if that is wanted, at some time since then. */
  wasEligible(memberId: string, onlineOnly: boolean, at: number): boolean {
    return this.since(at).some((state) => {
      const member = state.members.find(({ id }) => id === memberId);
      if (member?.active !== true) return false;
      return !onlineOnly || isOnline(state, member, Math.max(at, state.from));
    });
  }

  /** Whether the member reached the channel at some time since then. */
  couldReach(memberId: string, channelId: string, at: number): boolean {
    return this.since(at).some(({ members }) => {
      const channels = members.find(({ id }) => id === memberId)?.channels;
      return channels === null || channels?.includes(channelId) === true;
    });
  }

  /** Whether the business was open, or closed, at some time since then, until `now`. */
  was(which: "within" | "outside", accountId: string, at: number, now: number): boolean {
    return this.since(at).some(({ from, hours }) =>
      [Math.max(at, from), now].some(
        (moment) => isOpen(hours[accountId] ?? null, moment) === (which === "within"),
      ),
    );
  }

  /** Whether the member was online all the time since then, until `now`. */
  wasThere(memberId: string, at: number, now: number): boolean {
    const isThere = (state: WorldState, moment: number) => {
      const member = state.members.find(({ id }) => id === memberId);
      return member?.active === true && isOnline(state, member, moment);
    };
    const states = this.since(at);
    return (
      states.every((state) => isThere(state, Math.max(at, state.from))) &&
      states.slice(-1).every((state) => isThere(state, now))
    );
  }

  /** Whether closes and reassignments were held all the time since then (clock.md §6). */
  wasHeld(at: number): boolean {
    const states = this.since(at);
    return (
      states.length > 0 &&
      states.every(({ outages }) => outages.some((each) => each.hold_ended_at === null))
    );
  }
}

/** A gap between two beats that is certainly an outage, and is none of the outages noted. */
function outageMissed(before: WorldState | undefined, { lastBeat, outages }: WorldState): boolean {
  if (before === undefined || before.lastBeat === 0) return false;
  if (lastBeat - before.lastBeat <= PACE.outageMs + COMMIT_MS) return false;
  return !outages.some(({ detected_at }) => detected_at > before.lastBeat);
}

/** A decision may have read so long before what it goes by. */
const STALE_MS = 5_000;

/** Between what a beat looks at and what it writes. */
const COMMIT_MS = 10_000;

/** A live connection and status *available*; an outage makes nobody offline (clock.md §6, §8). */
function isOnline(state: WorldState, { status, seen }: WorldMember, at: number): boolean {
  const recent = state.outages.filter(({ detected_at }) => detected_at > at - PACE.offlineAfterMs);
  const unnoticed = state.lastBeat < at - PACE.outageMs ? [state.lastBeat] : [];
  const until = Math.min(at, ...recent.map(({ began_at }) => began_at), ...unnoticed);
  return status === "available" && seen.some((seenAt) => seenAt > until - PACE.offlineAfterMs);
}

const WORLD_SQL = `select json_build_object(
  'members', coalesce((select json_agg(json_build_object('id', m.id,
    'account_id', m.account_id, 'active', m.active, 'role', m.role,
    'status', case when m.auto_away_at is null then m.status else 'away' end,
    'capacity', m.capacity, 'active_at', m.active_at, 'auto_away_at', m.auto_away_at,
    'channels', case when m.role = 'agent' then (
      select json_agg(l.channel_id) from channel_limits l where l.account_id = m.account_id
        and (l.member_id = m.id or l.team_id in (select t.team_id from team_members t
          where t.account_id = m.account_id and t.member_id = m.id))) end,
    'seen', coalesce((
      select json_agg(c.seen_at) from member_connections c
      where c.account_id = m.account_id and c.member_id = m.id), '[]'))) from members m), '[]'),
  'rules', coalesce((select json_agg(json_build_object('id', r.id, 'online_only', r.online_only,
    'capacity', r.capacity, 'previous_agent_first', r.previous_agent_first,
    'conditions', r.conditions, 'target', r.target)) from assignment_rules r), '[]'),
  'teams', coalesce((select json_agg(t) from (select team_id as id, json_agg(member_id) as members
    from team_members group by team_id) t), '[]'),
  'moving', coalesce((select json_agg(a.id) from accounts a where a.when_offline = 'reassign'), '[]'),
  'awayAfter', coalesce((select json_object_agg(a.id, a.auto_away_minutes) from accounts a
    where a.auto_away_minutes is not null), '{}'),
  'hours', coalesce((select json_object_agg(h.account_id, json_build_object(
    'timeZone', h.time_zone, 'weekdays', h.weekdays)) from business_hours h), '{}'),
  'outages', coalesce((select json_agg(o) from (select began_at, detected_at, hold_ended_at
    from outages order by id desc limit 20) o), '[]'),
  'lastBeat', coalesce((select max(heartbeat_at) from nodes), 0)) as world`;
