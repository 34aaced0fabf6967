import {
  MAX_TEAM_MEMBERS,
  MAX_TEAMS,
  PunctualError,
  type Team,
  throwFieldErrors,
  unknownEntries,
} from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent, writeSightChanged } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { replaceChannelLimit } from "../store/channel-limits.ts";
import { readMemberIds } from "../store/members.ts";
import {
  deleteTeam,
  insertTeam,
  readRulesOfTeam,
  readTeam,
  readTeams,
  renameTeam,
  replaceTeamMembers,
} from "../store/teams.ts";
import { presentTeam } from "../views/team.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";
import { requireChannels } from "./limit-member.ts";

type TeamDeps = Pick<Deps, "db" | "signals">;

/** A team, and who changes it. */
type TeamBy = Authored & { readonly teamId: string };

/**
 * Adds a team. Throws `team_name_taken`, `too_many_teams`, and `validation_failed` when it names
 * members that the business doesn't have.
 */
export async function createTeam(
  deps: TeamDeps,
  { accountId, by }: Authored,
  input: { readonly name: string; readonly memberIds: readonly string[] },
): Promise<Team> {
  return await saveTeams(deps, { accountId, by }, async (tx) => {
    const teams = await readTeams(tx, accountId);
    if (teams.length >= MAX_TEAMS) {
      throw new PunctualError("too_many_teams", `A business can have ${MAX_TEAMS} teams.`);
    }
    await requireMembers(tx, accountId, input.memberIds);
    const key = { accountId, id: newId() };
    const added = await insertTeam(tx, { ...key, name: input.name });
    if (!added) throw new PunctualError("team_name_taken");
    replaceTeamMembers(tx, key, input.memberIds);
    return await tellTeam(tx, { accountId, by, teamId: key.id }, null);
  });
}

/** Throws `team_not_found` and `team_name_taken`. */
export async function changeTeamName(
  deps: TeamDeps,
  { teamId, ...author }: TeamBy,
  name: string,
): Promise<Team> {
  return await changeTeam(deps, { ...author, teamId }, async (tx) => {
    const renamed = await renameTeam(tx, { accountId: author.accountId, id: teamId, name });
    if (!renamed) throw new PunctualError("team_name_taken");
  });
}

/**
 * Makes these the team's members: their order is that of their turns. Sessions in line are offered
 * again. Throws `team_not_found`, and `validation_failed` for members the business doesn't have.
 */
export async function setTeamMembers(
  deps: TeamDeps,
  of: TeamBy,
  memberIds: readonly string[],
): Promise<Team> {
  const { accountId, teamId } = of;
  return await changeTeam(deps, of, async (tx) => {
    await requireMembers(tx, accountId, memberIds);
    replaceTeamMembers(tx, { accountId, id: teamId }, memberIds);
  });
}

/**
 * Adds a member after the others; one who is in the team keeps their place. Throws `team_not_found`,
 * `member_not_found` and `team_full`.
 */
export async function addTeamMember(deps: TeamDeps, of: TeamBy, memberId: string): Promise<Team> {
  const { accountId, teamId } = of;
  return await changeTeam(deps, of, async (tx, { memberIds }) => {
    if (memberIds.includes(memberId)) return;
    if ((await readMemberIds(tx, accountId, [memberId])).size === 0) {
      throw new PunctualError("member_not_found");
    }
    if (memberIds.length >= MAX_TEAM_MEMBERS) {
      throw new PunctualError("team_full", `A team can have ${MAX_TEAM_MEMBERS} members.`);
    }
    replaceTeamMembers(tx, { accountId, id: teamId }, [...memberIds, memberId]);
  });
}

/** Throws `team_not_found`, and `member_not_found` when they aren't in the team. */
export async function removeTeamMember(
  deps: TeamDeps,
  of: TeamBy,
  memberId: string,
): Promise<Team> {
  const { accountId, teamId } = of;
  return await changeTeam(deps, of, async (tx, { memberIds }) => {
    if (!memberIds.includes(memberId)) throw new PunctualError("member_not_found");
    const others = memberIds.filter((id) => id !== memberId);
    replaceTeamMembers(tx, { accountId, id: teamId }, others);
  });
}

/** Throws `team_not_found`, and `team_in_use` while assignment rules give sessions to it. */
export async function removeTeam(deps: TeamDeps, { accountId, by, teamId }: TeamBy): Promise<void> {
  const key = { accountId, id: teamId };
  await saveTeams(deps, { accountId, by }, async (tx) => {
    // A rule that is saved meanwhile must not name a team that is gone.
    lockAccount(tx, "rules", accountId);
    const before = await readTeam(tx, key);
    if (before === null) throw new PunctualError("team_not_found");
    const rules = await readRulesOfTeam(tx, key);
    if (rules.length > 0) {
      const names = rules.map((rule) => `“${rule.name}”`).join(", ");
      throw new PunctualError("team_in_use", `Change or delete first: ${names}.`, { rules });
    }
    await deleteTeam(tx, key);
    if (before.channel_ids !== null) writeSightChanged(tx, accountId, before.member_ids);
    writeAccountEvent(tx, accountId, { type: "team.deleted", payload: { id: teamId } });
    const of = { accountId, by, subjectId: teamId };
    writeAudit(tx, { ...of, act: "team.deleted", before: presentTeam(before), after: null });
  });
}

/**
 * Limits the team's agents to these channels, beside others that they reach by themselves or by another
 * team; `null`: the team sets no limit. Throws `team_not_found`, and `validation_failed` for channels
 * the business doesn't have.
 */
export async function limitTeamToChannels(
  deps: TeamDeps,
  of: TeamBy,
  channelIds: readonly string[] | null,
): Promise<Team> {
  const { accountId, teamId } = of;
  return await changeTeam(deps, of, async (tx) => {
    await requireChannels(tx, accountId, channelIds ?? []);
    replaceChannelLimit(tx, { accountId, teamId }, channelIds);
  });
}

async function changeTeam(
  deps: TeamDeps,
  of: TeamBy,
  change: (tx: Tx, before: Team) => Promise<void>,
): Promise<Team> {
  const { accountId, teamId } = of;
  return await saveTeams(deps, of, async (tx) => {
    const row = await readTeam(tx, { accountId, id: teamId });
    if (row === null) throw new PunctualError("team_not_found");
    const before = presentTeam(row);
    await change(tx, before);
    const after = await tellTeam(tx, of, before);
    writeSightChanged(tx, accountId, seeOthers(before, after));
    return after;
  });
}

/**
 * Makes a team what a settings file says, in the caller's transaction, which holds the teams' lock and knows
 * that the members and channels exist.
 * @param before `null`: there is none of this name yet.
 */
export async function writeTeamAs(
  tx: Tx,
  { accountId, by }: Authored,
  before: Team | null,
  wanted: Pick<Team, "name" | "memberIds" | "channelIds">,
): Promise<void> {
  const teamId = before?.id ?? newId();
  const key = { accountId, id: teamId };
  if (before === null) await insertTeam(tx, { ...key, name: wanted.name });
  replaceTeamMembers(tx, key, wanted.memberIds);
  replaceChannelLimit(tx, { accountId, teamId }, wanted.channelIds);
  const after = await tellTeam(tx, { accountId, by, teamId }, before);
  const nobody = { ...after, memberIds: [], channelIds: null };
  writeSightChanged(tx, accountId, seeOthers(before ?? nobody, after));
}

/** Members who see other sessions after a change of their team. */
function seeOthers(before: Team, after: Team): string[] {
  const [was, is] = [new Set(before.memberIds), new Set(after.memberIds)];
  if (String(before.channelIds) !== String(after.channelIds)) return [...was.union(is)];
  return after.channelIds === null ? [] : [...was.symmetricDifference(is)];
}

/** Writes the event and the entry of the audit log, and gives the team as it is now. */
async function tellTeam(
  tx: Tx,
  { accountId, by, teamId }: TeamBy,
  before: Team | null,
): Promise<Team> {
  const row = await readTeam(tx, { accountId, id: teamId });
  if (row === null) throw new Error("a team that was written is there");
  const after = presentTeam(row);
  const created = before === null;
  const type = created ? "team.created" : "team.updated";
  writeAccountEvent(tx, accountId, { type, payload: { team: after } });
  const act = created ? "team.created" : "team.changed";
  writeAudit(tx, { accountId, by, act, subjectId: teamId, before, after });
  return after;
}

async function saveTeams<T>(
  { db, signals }: TeamDeps,
  { accountId, by }: Authored,
  save: (tx: Tx) => Promise<T>,
): Promise<T> {
  const result = await db.transaction(async (tx) => {
    await authorizeAuthor(tx, { accountId, by }, "changeTeams");
    lockAccount(tx, "teams", accountId);
    return await save(tx);
  });
  signals.events();
  signals.line(accountId);
  return result;
}

async function requireMembers(tx: Tx, accountId: string, ids: readonly string[]): Promise<void> {
  const known = await readMemberIds(tx, accountId, ids);
  const message = "There is no such member.";
  throwFieldErrors(unknownEntries("memberIds", ids, (id) => known.has(id), message));
}
