/**
 * Everything a batch of decisions looks at besides the sessions: settings in force, rosters, limits,
 * the hold after an outage. Read inside the transaction, after the sessions were locked.
 */
import { ClockOverride, ClockSettings } from "@punctual/contract";
import type {
  Context,
  Roster,
  SettingsChoice,
  SettingsInForce,
  WindowLimits,
} from "@punctual/session";
import { settingsInForce } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { randomUnit } from "../platform/random.ts";
import {
  readSettingsHeads,
  readSettingsVersion,
  type SettingsHead,
} from "../store/clock-settings.ts";
import type { LoadedSession } from "../store/load-sessions.ts";
import { holdIsOn } from "../store/nodes.ts";
import { readNow } from "../store/now.ts";
import { lockRosters } from "../store/roster.ts";
import { readRosterTeams } from "../store/roster-teams.ts";
import { readSessionNames, type SessionNames } from "../store/session-names.ts";
import type { Deps } from "./deps.ts";

export interface World {
  readonly now: number;
  readonly names: SessionNames;
  /** The context of a decision about this session, as things stand in this batch. */
  contextOf(session: LoadedSession): Context;
  /** An account's roster, as things stand in this batch. */
  rosterOf(accountId: string): Roster;
  /** Replaces an account's roster by what it is after a decision. */
  setRoster(accountId: string, roster: Roster): void;
  /** The team's next turn comes after this member's. */
  moveTeamTurn(teamId: string, memberId: string): void;
}

const EMPTY_ROSTER: Roster = { rules: [], members: [], businessHours: null };

/**
 * Loads the world for locked sessions.
 * @param routed accounts in which a decision may assign somebody: their rosters are locked until the
 * commit, so that turns and capacities stay right. Session locks always come before this lock.
 */
export async function loadWorld(
  tx: Tx,
  deps: Deps,
  sessions: readonly LoadedSession[],
  routed: ReadonlySet<string>,
): Promise<World> {
  const [heads, names, hold, rosters, teams, now] = await Promise.all([
    readHeads(tx, sessions),
    readNames(tx, sessions),
    holdIsOn(tx),
    lockRosters(tx, [...routed]),
    readRosterTeams(tx, teamsOf(sessions)),
    readNow(tx),
  ]);
  const choices = await chooseSettings(tx, sessions, heads);
  const rosterOf = (accountId: string) => rosters.get(accountId) ?? EMPTY_ROSTER;
  return {
    now,
    names,
    contextOf: (session) => ({
      now,
      settings: choices(session),
      roster: rosterOf(session.accountId),
      team: teams.get(session.facts.teamId ?? "") ?? null,
      contact: {
        channelId: session.channelId,
        tags: session.contact.tags,
        attributes: session.contact.attributes,
        returning: session.returning,
        previousAgent: session.previousAgentId,
        owner: session.contact.ownerId,
      },
      limits: windowLimits(deps, session.channelKind),
      hold,
      random: randomUnit(),
    }),
    rosterOf,
    setRoster: (accountId, roster) => void rosters.set(accountId, roster),
    moveTeamTurn: (teamId, memberId) => {
      const team = teams.get(teamId);
      if (team !== undefined) teams.set(teamId, { ...team, pointer: memberId });
    },
  };
}

/** Few sessions were transferred to a team: mostly there is nothing to read. */
function teamsOf(sessions: readonly LoadedSession[]) {
  return sessions.flatMap(({ accountId, facts: { teamId } }) =>
    teamId === null ? [] : { accountId, teamId },
  );
}

async function readNames(tx: Tx, sessions: readonly LoadedSession[]): Promise<SessionNames> {
  const keys = sessions.map(({ accountId, channelId, facts }) => ({
    accountId,
    channelId,
    assigneeId: facts.assignee,
  }));
  return await readSessionNames(tx, keys);
}

function windowLimits(deps: Deps, channelKind: string): WindowLimits {
  const { windowMs, windowMarginMs, templates } = deps.limitsOf(channelKind);
  return { windowMs, windowMarginMs, templates };
}

type Heads = ReadonlyMap<string, SettingsHead>;

async function readHeads(tx: Tx, sessions: readonly LoadedSession[]): Promise<Heads> {
  const scopes = new Map<string, { accountId: string; scopeId: string }>();
  for (const { accountId, channelId } of sessions) {
    scopes.set(accountId, { accountId, scopeId: accountId });
    scopes.set(channelId, { accountId, scopeId: channelId });
  }
  const heads = await readSettingsHeads(tx, [...scopes.values()]);
  return new Map(heads.map((head) => [head.scopeId, head]));
}

/** The versions of account and channel that settings are laid together from; 0: none. */
interface VersionPair {
  readonly account: number;
  readonly channel: number;
}

/**
 * For each session, what is in force now and what the newest save says (clock.md §2): a session keeps
 * its version until a save with *apply to all*, or its next wait or agent message. One that is about to
 * open has no version yet and starts with the newest.
 */
function versionsOf(
  { accountId, channelId, facts }: LoadedSession,
  heads: Heads,
): { current: VersionPair; newest: VersionPair } {
  const account = heads.get(accountId);
  const channel = heads.get(channelId);
  if (account === undefined) throw new Error(`account ${accountId} has no settings`);
  const newest = { account: account.newest, channel: channel?.newest ?? 0 };
  if (facts.settings.account === 0) return { current: newest, newest };
  const current = {
    account: Math.max(facts.settings.account, account.newestForAll),
    channel: Math.max(facts.settings.channel ?? 0, channel?.newestForAll ?? 0),
  };
  return { current, newest };
}

/** Loads every pair of versions that a decision about these sessions can come upon. */
async function chooseSettings(
  tx: Tx,
  sessions: readonly LoadedSession[],
  heads: Heads,
): Promise<(session: LoadedSession) => SettingsChoice> {
  const loaded = new Map<string, SettingsInForce>();
  const load = async (session: LoadedSession, pair: VersionPair): Promise<void> => {
    const key = keyOf(session, pair);
    if (!loaded.has(key)) loaded.set(key, await loadEffective(tx, session, pair));
  };
  const get = (session: LoadedSession, pair: VersionPair): SettingsInForce => {
    const settings = loaded.get(keyOf(session, pair));
    if (settings === undefined) throw new Error(`settings of ${session.id} were not loaded`);
    return settings;
  };
  const choose = likeTheLast((session: LoadedSession): SettingsChoice => {
    const { current, newest } = versionsOf(session, heads);
    return { current: get(session, current), newest: get(session, newest) };
  });
  let last: LoadedSession | null = null;
  for (const session of sessions) {
    if (last !== null && choosesAlike(last, session)) continue;
    const { current, newest } = versionsOf(session, heads);
    await load(session, current);
    await load(session, newest);
    last = session;
  }
  return choose;
}

/** Sessions of a batch are mostly of one channel and follow one version: what the last got fits again. */
function likeTheLast<T>(choose: (session: LoadedSession) => T): (session: LoadedSession) => T {
  let last: { readonly session: LoadedSession; readonly choice: T } | null = null;
  return (session) => {
    if (last === null || !choosesAlike(last.session, session)) {
      last = { session, choice: choose(session) };
    }
    return last.choice;
  };
}

function choosesAlike(one: LoadedSession, other: LoadedSession): boolean {
  return (
    one.channelId === other.channelId &&
    one.accountId === other.accountId &&
    one.facts.settings.account === other.facts.settings.account &&
    one.facts.settings.channel === other.facts.settings.channel
  );
}

function keyOf({ accountId, channelId }: LoadedSession, { account, channel }: VersionPair): string {
  return `${accountId}/${account}/${channelId}/${channel}`;
}

/** Versions never change, so what was read once stays right for the life of the process. */
const EFFECTIVE = new Map<string, SettingsInForce>();
const MAX_CACHED = 10_000;

async function loadEffective(
  tx: Tx,
  session: LoadedSession,
  { account, channel }: VersionPair,
): Promise<SettingsInForce> {
  const { accountId, channelId } = session;
  const key = keyOf(session, { account, channel });
  const cached = EFFECTIVE.get(key);
  if (cached !== undefined) return cached;
  const base = ClockSettings.parse(await readSettingsVersion(tx, accountId, accountId, account));
  const override =
    channel === 0
      ? null
      : ClockOverride.parse(await readSettingsVersion(tx, accountId, channelId, channel));
  const versions = { account, channel: channel === 0 ? null : channel };
  const settings = settingsInForce(base, override, versions);
  if (EFFECTIVE.size >= MAX_CACHED) EFFECTIVE.clear();
  EFFECTIVE.set(key, settings);
  return settings;
}
