import {
  type AssignmentRule,
  type ChannelRef,
  type FileRule,
  fieldError,
  type RuleTarget,
} from "@punctual/contract";
import type { Queryable } from "../platform/database.ts";
import { type ChannelRow, readChannels } from "../store/channels.ts";
import { readMemberEmails } from "../store/members.ts";
import { readTeams } from "../store/teams.ts";

/** Translates between ids and the names a settings file uses for channels, teams and members. */
export interface SettingsNames {
  readonly channels: readonly ChannelRow[];
  /** Throws `validation_failed`, naming the place in the file. */
  channelId(ref: ChannelRef, path: string): string;
  /** By e-mail. Throws as `channelId` does. */
  memberId(email: string, path: string): string;
  /** One, or none if it is gone. */
  readonly emailsOf: (memberId: string) => string[];
  readonly refsOf: (channelId: string) => ChannelRef[];
  toFile(rule: AssignmentRule): FileRule;
  /** Throws `validation_failed`. `index` is the rule's place in the file, and its position. */
  fromFile(rule: FileRule, index: number): Omit<AssignmentRule, "id">;
}

export async function loadSettingsNames(
  read: Queryable,
  accountId: string,
): Promise<SettingsNames> {
  const channels = await readChannels(read, accountId);
  const emails = await readMemberEmails(read, accountId);
  const teams = await readTeams(read, accountId);
  const channelById = new Map(channels.map((channel) => [channel.id, channel]));
  const memberByEmail = new Map([...emails].map(([id, email]) => [email.toLowerCase(), id]));

  const channelId = ({ kind, address }: ChannelRef, path: string): string => {
    const channel = channels.find((each) => each.kind === kind && each.address === address);
    return channel?.id ?? unknown(path, `There is no ${kind} channel ${address}.`);
  };
  const memberId = (email: string, path: string): string =>
    memberByEmail.get(email.toLowerCase()) ?? unknown(path, `There is no member ${email}.`);
  const teamId = (name: string, path: string): string => {
    const team = teams.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return team?.id ?? unknown(path, `There is no team ${name}.`);
  };
  const targetToFile = (target: RuleTarget): FileRule["target"] => {
    if ("everyone" in target) return target;
    // A team of a rule can't be deleted.
    if ("team" in target) return { team: teams.find(({ id }) => id === target.team)?.name ?? "" };
    return { members: target.members.flatMap((id) => emails.get(id) ?? []) };
  };
  const targetFromFile = (target: FileRule["target"], path: string): RuleTarget => {
    if ("everyone" in target) return target;
    if ("team" in target) return { team: teamId(target.team, `${path}.team`) };
    return {
      members: target.members.map((email, at) => memberId(email, `${path}.members.${at}`)),
    };
  };

  const emailsOf = (id: string): string[] => [emails.get(id) ?? []].flat();
  const refsOf = (id: string): ChannelRef[] => refTo(channelById.get(id));

  return {
    ...{ channels, channelId, memberId, emailsOf, refsOf },
    toFile: ({ id: _id, position: _position, conditions, target, ...rule }) => ({
      ...rule,
      conditions: {
        ...conditions,
        channels: conditions.channels?.flatMap(refsOf),
      },
      target: targetToFile(target),
    }),
    fromFile: ({ conditions, target, ...rule }, index) => {
      const path = `assignmentRules.${index}`;
      const { channels: refs, ...others } = conditions;
      const ids = refs?.map((ref, at) => channelId(ref, `${path}.conditions.channels.${at}`));
      return {
        ...rule,
        position: index,
        conditions: { ...others, ...(ids === undefined ? {} : { channels: ids }) },
        target: targetFromFile(target, `${path}.target`),
      };
    },
  };
}

function refTo(channel: ChannelRow | undefined): ChannelRef[] {
  return channel === undefined ? [] : [{ kind: channel.kind, address: channel.address }];
}

function unknown(path: string, message: string): never {
  throw fieldError(path, message);
}
