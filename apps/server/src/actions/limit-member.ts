import { PunctualError, throwFieldErrors, unknownEntries } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { writeSightChanged } from "../store/account-events.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { replaceChannelLimit } from "../store/channel-limits.ts";
import { readChannels } from "../store/channels.ts";
import { readMember } from "../store/members.ts";
import { lockPresence, writeMemberEvents } from "../store/presence.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/**
 * Limits a member to these channels, beside those of their teams; `null`: no limit of their own. What
 * they hold already stays theirs. Sessions in line are offered again. Throws `member_not_found`, and
 * `validation_failed` for channels the business doesn't have.
 */
export async function limitMemberToChannels(
  { db, signals }: Pick<Deps, "db" | "signals">,
  { memberId, ...author }: Authored & { readonly memberId: string },
  channelIds: readonly string[] | null,
): Promise<void> {
  await db.transaction(async (tx) => {
    await authorizeAuthor(tx, author, "limitChannels");
    await changeMemberChannels(tx, author, memberId, channelIds);
  });
  signals.events();
  signals.line(author.accountId);
}

/** Writes the limit with its events and the entry of the audit log. Throws as above. */
export async function changeMemberChannels(
  tx: Tx,
  { accountId, by }: Authored,
  memberId: string,
  channelIds: readonly string[] | null,
): Promise<void> {
  const key = { accountId, memberId };
  await lockPresence(tx, [key]);
  const member = await readMember(tx, accountId, memberId);
  if (member === null) throw new PunctualError("member_not_found");
  await requireChannels(tx, accountId, channelIds ?? []);
  replaceChannelLimit(tx, key, channelIds);
  writeMemberEvents(tx, [key]);
  writeSightChanged(tx, accountId, [memberId]);
  const before = { channelIds: member.channel_ids };
  const of = { accountId, by, act: "member.channelsChanged", subjectId: memberId } as const;
  writeAudit(tx, { ...of, before, after: { channelIds } });
}

/** Throws `validation_failed`, naming the channels that the business doesn't have. */
export async function requireChannels(
  tx: Tx,
  accountId: string,
  channelIds: readonly string[],
): Promise<void> {
  const known = new Set((await readChannels(tx, accountId)).map((channel) => channel.id));
  const message = "There is no such channel.";
  throwFieldErrors(unknownEntries("channelIds", channelIds, (id) => known.has(id), message));
}
