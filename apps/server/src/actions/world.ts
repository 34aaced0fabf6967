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
import { lockRosters } from "../store/roster.ts";
import type { Deps } from "./deps.ts";

export interface World {
  readonly now: number;
  /** The context of a decision about this session, as things stand in this batch. */
  contextOf(session: LoadedSession): Context;
  /** Replaces an account's roster by what it is after a decision. */
  setRoster(accountId: string, roster: Roster): void;
}

const EMPTY_ROSTER: Roster = { rules: [], members: [] };

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
  const [heads, hold, rosters, now] = await Promise.all([
    readHeads(tx, sessions),
    holdIsOn(tx),
    lockRosters(tx, [...routed]),
    readNow(tx),
  ]);
  const choices = await chooseSettings(tx, sessions, heads);
  return {
    now,
    contextOf: (session) => ({
      now,
      settings: choices(session),
      roster: rosters.get(session.accountId) ?? EMPTY_ROSTER,
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
    setRoster: (accountId, roster) => void rosters.set(accountId, roster),
  };
}

/** The database's clock, epoch ms, read after every lock before it in the transaction. */
async function readNow(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ now: number }>("select now_ms() as now");
  return row?.now ?? 0;
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

/**
 * For each session, what is in force now and what the newest save says (clock.md §2): a session keeps
 * its version until a save with *apply to all*, or its next wait or agent message.
 */
async function chooseSettings(
  tx: Tx,
  sessions: readonly LoadedSession[],
  heads: Heads,
): Promise<(session: LoadedSession) => SettingsChoice> {
  const wanted = new Map<string, Promise<SettingsInForce>>();
  const effective = (session: LoadedSession, account: number, channel: number) => {
    const key = `${session.accountId}/${account}/${session.channelId}/${channel}`;
    let settings = wanted.get(key);
    if (settings === undefined) {
      settings = loadEffective(tx, session, account, channel);
      wanted.set(key, settings);
    }
    return settings;
  };
  const pairs = new Map<string, SettingsChoice>();
  for (const session of sessions) {
    const account = heads.get(session.accountId);
    const channel = heads.get(session.channelId);
    if (account === undefined) throw new Error(`account ${session.accountId} has no settings`);
    const { settings } = session.facts;
    const now = Math.max(settings.account, account.newestForAll);
    const nowChannel = Math.max(settings.channel ?? 0, channel?.newestForAll ?? 0);
    pairs.set(session.id, {
      current: await effective(session, now || account.newest, nowChannel),
      newest: await effective(session, account.newest, channel?.newest ?? 0),
    });
  }
  return (session) => {
    const choice = pairs.get(session.id);
    if (choice === undefined) throw new Error(`session ${session.id} is not in this batch`);
    return choice;
  };
}

/** Versions never change, so what was read once stays right for the life of the process. */
const EFFECTIVE = new Map<string, SettingsInForce>();
const MAX_CACHED = 10_000;

async function loadEffective(
  tx: Tx,
  { accountId, channelId }: LoadedSession,
  account: number,
  channel: number,
): Promise<SettingsInForce> {
  const key = `${accountId}/${account}/${channelId}/${channel}`;
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
