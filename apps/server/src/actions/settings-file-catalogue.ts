/**
 * What a settings file says of teams, channel limits, tags, categories and what a close needs. It adds and
 * changes, each by its name or e-mail, whatever the capitals; what it doesn't name stays as it is, since
 * sessions and contacts may carry it.
 */
import { isDeepStrictEqual } from "node:util";
import {
  MAX_TAGS,
  MAX_TEAMS,
  PunctualError,
  type SettingsFile,
  type SettingsImportResult,
} from "@punctual/contract";
import type { Queryable, Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { readCategories, upsertCategory } from "../store/categories.ts";
import { readOwnLimits } from "../store/channel-limits.ts";
import { readClosingRequirements } from "../store/closing-requirements.ts";
import { readTags, upsertTag } from "../store/tags.ts";
import { readTeams } from "../store/teams.ts";
import { presentTeam } from "../views/team.ts";
import { changeMemberChannels } from "./limit-member.ts";
import { changeClosingRequirements } from "./save-closing-requirements.ts";
import { writeTeamAs } from "./save-team.ts";
import type { SettingsNames } from "./settings-names.ts";

type Part = "teams" | "memberChannels" | "tags" | "categories" | "closingRequirements";
type Catalogue = { readonly [P in Part]: NonNullable<SettingsFile[P]> };
type CatalogueResult = Pick<SettingsImportResult, keyof Catalogue>;
type Named = CatalogueResult["tags"];

export async function exportCatalogue(
  read: Queryable,
  accountId: string,
  names: SettingsNames,
): Promise<Catalogue> {
  const teams = await readTeams(read, accountId);
  const limits = await readOwnLimits(read, accountId);
  return {
    teams: teams.map(({ name, member_ids, channel_ids }) => ({
      name,
      members: member_ids.flatMap(names.emailsOf),
      channels: channel_ids?.flatMap(names.refsOf) ?? null,
    })),
    memberChannels: [...limits].flatMap(([memberId, channelIds]) =>
      names
        .emailsOf(memberId)
        .map((member) => ({ member, channels: channelIds.flatMap(names.refsOf) })),
    ),
    tags: (await readTags(read, accountId)).map(({ name, colour }) => ({ name, colour })),
    categories: (await readCategories(read, accountId)).map(({ name }) => name),
    closingRequirements: await readClosingRequirements(read, accountId),
  };
}

/** A file may lack each part. Throws `validation_failed`, `too_many_teams` and `catalogue_full`. The caller holds the locks of all. */
export async function importCatalogue(
  tx: Tx,
  author: Authored,
  file: Pick<SettingsFile, Part>,
  names: SettingsNames,
): Promise<CatalogueResult> {
  requireDifferent("teams", (file.teams ?? []).map(nameOf));
  requireDifferent("tags", (file.tags ?? []).map(nameOf));
  requireDifferent("categories", file.categories ?? []);
  const wanted = file.closingRequirements;
  return {
    teams: await importTeams(tx, author, file.teams ?? [], names),
    memberChannels: await importMemberChannels(tx, author, file.memberChannels ?? [], names),
    tags: await importTags(tx, author, file.tags ?? []),
    categories: await importCategories(tx, author, file.categories ?? []),
    closingRequirements: {
      changed: wanted !== undefined && (await changeClosingRequirements(tx, author, wanted)),
    },
  };
}

async function importTeams(
  tx: Tx,
  author: Authored,
  given: Catalogue["teams"],
  names: SettingsNames,
): Promise<Named> {
  const stored = byName((await readTeams(tx, author.accountId)).map(presentTeam));
  const result: Named = { created: [], updated: [], unchanged: [] };
  for (const [index, { name, members, channels }] of given.entries()) {
    const path = `teams.${index}`;
    const before = stored.get(name.toLowerCase()) ?? null;
    const after = {
      name: before?.name ?? name,
      memberIds: members.map((email, at) => names.memberId(email, `${path}.members.${at}`)),
      channelIds: channelIdsOf(channels, path, names),
    };
    const unchanged =
      before !== null &&
      isDeepStrictEqual(before.memberIds, after.memberIds) &&
      isDeepStrictEqual(before.channelIds, after.channelIds);
    if (!unchanged) await writeTeamAs(tx, author, before, after);
    note(result, before !== null, unchanged, name);
  }
  if (stored.size + result.created.length > MAX_TEAMS) {
    throw new PunctualError("too_many_teams", `A business can have ${MAX_TEAMS} teams.`);
  }
  return result;
}

async function importMemberChannels(
  tx: Tx,
  author: Authored,
  given: Catalogue["memberChannels"],
  names: SettingsNames,
): Promise<CatalogueResult["memberChannels"]> {
  const limits = await readOwnLimits(tx, author.accountId);
  const changed: string[] = [];
  for (const [index, { member, channels }] of given.entries()) {
    const path = `memberChannels.${index}`;
    const memberId = names.memberId(member, `${path}.member`);
    const channelIds = channelIdsOf(channels, path, names);
    if (isDeepStrictEqual(limits.get(memberId) ?? null, channelIds)) continue;
    await changeMemberChannels(tx, author, memberId, channelIds);
    changed.push(member);
  }
  return { changed };
}

async function importTags(tx: Tx, author: Authored, given: Catalogue["tags"]): Promise<Named> {
  const { accountId } = author;
  const stored = byName(await readTags(tx, accountId));
  const result: Named = { created: [], updated: [], unchanged: [] };
  for (const { name, colour } of given) {
    const before = stored.get(name.toLowerCase()) ?? null;
    const after = { id: before?.id ?? newId(), name: before?.name ?? name, colour };
    note(result, before !== null, before?.colour === colour, name);
    if (before?.colour === colour) continue;
    upsertTag(tx, accountId, after);
    const act = before === null ? "tag.created" : "tag.changed";
    writeAudit(tx, { ...author, act, subjectId: after.id, before, after });
  }
  if (stored.size + result.created.length > MAX_TAGS) throw new PunctualError("catalogue_full");
  if (result.created.length + result.updated.length > 0) {
    writeAccountEvent(tx, accountId, { type: "tags.updated", payload: {} });
  }
  return result;
}

async function importCategories(
  tx: Tx,
  author: Authored,
  given: Catalogue["categories"],
): Promise<Named> {
  const { accountId } = author;
  const stored = byName(await readCategories(tx, accountId));
  const result: Named = { created: [], updated: [], unchanged: [] };
  for (const name of given) {
    const exists = stored.has(name.toLowerCase());
    note(result, exists, exists, name);
    if (exists) continue;
    const after = { id: newId(), name };
    upsertCategory(tx, accountId, after);
    const of = { ...author, subjectId: after.id };
    writeAudit(tx, { ...of, act: "category.created", before: null, after });
  }
  if (stored.size + result.created.length > MAX_TAGS) throw new PunctualError("catalogue_full");
  if (result.created.length > 0) {
    writeAccountEvent(tx, accountId, { type: "categories.updated", payload: {} });
  }
  return result;
}

/** In the order in which they are stored. */
function channelIdsOf(
  channels: Catalogue["teams"][number]["channels"],
  path: string,
  names: SettingsNames,
): string[] | null {
  if (channels === null) return null;
  return channels.map((ref, at) => names.channelId(ref, `${path}.channels.${at}`)).sort();
}

function note(result: Named, existed: boolean, unchanged: boolean, name: string): void {
  if (unchanged) result.unchanged.push(name);
  else (existed ? result.updated : result.created).push(name);
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function byName<T extends { readonly name: string }>(all: readonly T[]): Map<string, T> {
  return new Map(all.map((each) => [each.name.toLowerCase(), each]));
}

function requireDifferent(part: keyof Catalogue, names: readonly string[]): void {
  const lower = names.map((name) => name.toLowerCase());
  const twice = lower.findIndex((name, index) => lower.indexOf(name) !== index);
  if (twice === -1) return;
  const message = "Two of them have this name; they are matched by it.";
  throw new PunctualError("validation_failed", message, {
    errors: [{ path: `${part}.${twice}`, message }],
  });
}
