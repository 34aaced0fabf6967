import { PunctualError, validationError } from "@punctual/contract";
import { ZodError } from "zod";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { insertChannel, loadChannelForUpdate, updateChannel } from "../store/channels.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { AnyChannel, Deps } from "./deps.ts";

/**
 * Connects an address of the business on a network. Throws `validation_failed` (with the field of the
 * credentials) and `channel_exists`.
 */
export async function createChannel(
  deps: Pick<Deps, "db" | "signals">,
  channel: AnyChannel,
  input: Authored & { name: string; config: unknown },
): Promise<{ channelId: string }> {
  const config = parseConfig(channel, input.config);
  const channelId = newId();
  await deps.db.transaction(async (tx) => {
    await authorizeAuthor(tx, input, "changeChannels");
    const created = await insertChannel(tx, {
      accountId: input.accountId,
      id: channelId,
      kind: channel.kind,
      address: channel.addressOf(config),
      name: input.name,
      config,
    });
    if (!created) throw new PunctualError("channel_exists");
    const after = { kind: channel.kind, address: channel.addressOf(config), name: input.name };
    const of = { accountId: input.accountId, by: input.by, subjectId: channelId };
    writeAudit(tx, { ...of, act: "channel.created", before: null, after });
    writeAccountEvent(tx, input.accountId, { type: "channel.updated", payload: { id: channelId } });
  });
  deps.signals.events();
  return { channelId };
}

/**
 * Changes a channel's name or credentials; new credentials let a stopped channel send again. Throws
 * `channel_not_found` and `validation_failed`; the address can't change, sessions belong to it.
 */
export async function changeChannel(
  deps: Pick<Deps, "db" | "signals">,
  channelOf: (kind: string) => AnyChannel | undefined,
  input: Authored & {
    channelId: string;
    name: string | undefined;
    config: Readonly<Record<string, unknown>> | undefined;
  },
): Promise<void> {
  const { accountId, channelId } = input;
  await deps.db.transaction(async (tx) => {
    await authorizeAuthor(tx, input, "changeChannels");
    const stored = await loadChannelForUpdate(tx, accountId, channelId);
    const channel = stored === null ? undefined : channelOf(stored.kind);
    if (stored === null || channel === undefined) throw new PunctualError("channel_not_found");
    const config = parseConfig(channel, { ...Object(stored.config), ...input.config });
    if (channel.addressOf(config) !== stored.address) throw addressIsFixed();
    const changed = { ...stored, name: input.name ?? stored.name, config };
    updateChannel(tx, changed, input.config !== undefined);
    // Of credentials, only which ones.
    const credentials = Object.keys(input.config ?? {});
    writeAudit(tx, {
      ...{ accountId, by: input.by, act: "channel.changed", subjectId: channelId },
      before: { name: stored.name },
      after: { name: changed.name, ...(credentials.length > 0 ? { credentials } : {}) },
    });
    writeAccountEvent(tx, accountId, { type: "channel.updated", payload: { id: channelId } });
  });
  deps.signals.events();
  deps.signals.outbox();
}

function parseConfig(channel: AnyChannel, raw: unknown): unknown {
  try {
    return channel.parseConfig(raw);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw validationError(error.issues, ["config"]);
  }
}

function addressIsFixed(): PunctualError {
  return new PunctualError(
    "validation_failed",
    "A channel's address can't change, because its sessions belong to it. Create a new channel.",
  );
}
