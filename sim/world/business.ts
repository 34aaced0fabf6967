import { writeMember } from "../../apps/server/src/actions/add-member.ts";
import { createAccount } from "../../apps/server/src/actions/create-account.ts";
import { createChannel } from "../../apps/server/src/actions/create-channel.ts";
import type { AnyChannel, Deps, MemberIdentity } from "../../apps/server/src/actions/deps.ts";
import { setStatus } from "../../apps/server/src/actions/presence.ts";
import { createRule } from "../../apps/server/src/actions/save-rule.ts";
import { saveClockSettings } from "../../apps/server/src/actions/save-settings.ts";
import { createTeam } from "../../apps/server/src/actions/save-team.ts";
import { COMMAND_LINE } from "../../apps/server/src/store/audit-log.ts";
import type { Random } from "../kernel/random.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import { drawRule, drawSettings } from "./draw-settings.ts";

/** An account with its people, its addresses and its customers. */
export interface Business {
  readonly accountId: string;
  readonly members: readonly MemberIdentity[];
  readonly teamIds: readonly string[];
  readonly channels: readonly SimChannel[];
  readonly customers: readonly Customer[];
}

export interface SimChannel {
  readonly accountId: string;
  readonly id: string;
  readonly address: string;
}

/** A customer on one channel: on another one the same person is a contact of its own here. */
export interface Customer {
  readonly channel: SimChannel;
  readonly phone: string;
  readonly name: string;
  /** Customers seldom tire of writing; how long each waits before the next message, ms. */
  readonly patienceMs: number;
}

/** Writes a business into the database, before the run begins. */
export async function createBusiness(
  deps: Deps,
  channel: AnyChannel,
  { plan, random, index }: { plan: BusinessPlan; random: Random; index: number },
): Promise<Business> {
  const { accountId } = await createAccount(deps, { name: `Business ${index}`, by: COMMAND_LINE });
  const members = await hire(deps, accountId, index, plan.agentsEach);
  const channels: SimChannel[] = [];
  for (let at = 0; at < plan.channelsEach; at++) {
    const address = `${index}-${at}`;
    const input = { accountId, name: `Line ${address}`, config: { address }, by: COMMAND_LINE };
    const { channelId } = await createChannel(deps, channel, input);
    channels.push({ accountId, id: channelId, address });
  }
  await saveClockSettings(deps, {
    accountId,
    channelId: null,
    settings: drawSettings(random),
    applyTo: "all",
    by: COMMAND_LINE,
  });
  const teamIds = await formTeams(deps, accountId, members, random);
  await createRule(deps, { accountId, by: COMMAND_LINE }, drawRule(random, members, teamIds));
  const customers = Array.from({ length: plan.contactsEach }, (_, at) => ({
    channel: random.pick(channels),
    phone: `84${index}${String(900_000 + at)}`,
    name: `Customer ${at}`,
    patienceMs: random.pick([5_000, 60_000, 600_000]),
  }));
  return { accountId, members, teamIds, channels, customers };
}

async function formTeams(
  deps: Deps,
  accountId: string,
  members: readonly MemberIdentity[],
  random: Random,
): Promise<readonly string[]> {
  const teamIds: string[] = [];
  for (const name of ["Day", "Night"]) {
    const memberIds = members.filter(() => random.chance(0.5)).map(({ id }) => id);
    const { id } = await createTeam(deps, { accountId, by: COMMAND_LINE }, { name, memberIds });
    teamIds.push(id);
  }
  return teamIds;
}

async function hire(
  deps: Deps,
  accountId: string,
  index: number,
  agents: number,
): Promise<MemberIdentity[]> {
  const members: MemberIdentity[] = [];
  for (let at = 0; at <= agents + 1; at++) {
    const role = at === 0 ? "admin" : at === 1 ? "supervisor" : "agent";
    const [name, email] = [`Member ${at}`, `member${at}@business${index}.test`];
    const written = { accountId, email, name, role } as const;
    const id = await deps.db.transaction((tx) => writeMember(tx, { ...written, by: COMMAND_LINE }));
    const member = { ...written, id };
    await setStatus(deps, { member, status: "available" });
    members.push(member);
  }
  return members;
}
