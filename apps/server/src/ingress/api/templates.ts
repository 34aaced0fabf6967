import { ChannelParams, MessageTemplates, PunctualError, TemplatesQuery } from "@punctual/contract";
import { authorize } from "../../permissions/authorize.ts";
import { elapsedMs, timeoutSignal } from "../../platform/clock.ts";
import { readReachedChannels } from "../../store/channel-limits.ts";
import { readNow } from "../../store/now.ts";
import { readChannelConfig, type SessionChannel } from "../../store/session-channel.ts";
import { timestamp } from "../../views/timestamp.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

const TIMEOUT_MS = 20_000;
/** A template takes minutes to be approved. */
const FRESH_MS = 5 * 60_000;
/** However often somebody asks to look again. */
const LEAST_FRESH_MS = 10_000;
const MAX_CHANNELS = 1_000;

export function registerTemplates(app: ApiServer, context: ApiContext): void {
  const known = new Map<string, Known>();

  app.get(
    "/channels/:channelId/templates",
    {
      schema: {
        operationId: "listTemplates",
        summary: "Messages that the provider approved, for when the messaging window is closed",
        tags: ["Channels"],
        params: ChannelParams,
        querystring: TemplatesQuery,
        response: { 200: MessageTemplates, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSessions");
      const { channelId } = request.params;
      const { channel, now } = await context.deps.db.readAs(accountId, async (read) => {
        const reached = await readReachedChannels(read, accountId, member.id);
        const isReached = reached === null || reached.includes(channelId);
        return {
          channel: isReached ? await readChannelConfig(read, accountId, channelId) : null,
          now: await readNow(read),
        };
      });
      if (channel === null) throw new PunctualError("channel_not_found");
      const freshMs = request.query.refresh === true ? LEAST_FRESH_MS : FRESH_MS;
      return await templatesOf(context, known, { channel, now, freshMs });
    },
  );
}

type Listed = MessageTemplates;

/** What was fetched last of a channel, under the credentials it had then. */
interface Known {
  readonly config: string;
  readonly until: (freshMs: number) => number;
  readonly listed: Promise<Listed>;
}

async function templatesOf(
  context: ApiContext,
  known: Map<string, Known>,
  wanted: { readonly channel: SessionChannel; readonly now: number; readonly freshMs: number },
): Promise<Listed> {
  const { channel, freshMs } = wanted;
  const config = JSON.stringify(channel.config);
  const last = known.get(channel.channelId);
  if (last?.config === config && last.until(freshMs) > elapsedMs()) return await last.listed;
  if (known.size >= MAX_CHANNELS) known.clear();
  const began = elapsedMs();
  const listed = fetchTemplates(context, channel, wanted.now);
  const entry: Known = { config, until: (fresh) => began + fresh, listed };
  known.set(channel.channelId, entry);
  try {
    return await listed;
  } catch (error) {
    if (known.get(channel.channelId) === entry) known.delete(channel.channelId);
    throw error;
  }
}

async function fetchTemplates(
  { deps, channelOf, fetch }: ApiContext,
  { kind, channelId, config }: SessionChannel,
  now: number,
): Promise<Listed> {
  const channel = channelOf(kind);
  if (channel?.templates === undefined) throw new PunctualError("templates_not_configured");
  const parsed = channel.parseConfig(config);
  const answer = await channel.templates.list(parsed, fetch, timeoutSignal(TIMEOUT_MS));
  if (answer.type === "notConfigured") {
    throw new PunctualError("templates_not_configured", answer.message);
  }
  if (answer.type === "failed") {
    deps.logger.warn({ channelId, why: answer.message }, "templates could not be listed");
    throw new PunctualError("templates_unavailable");
  }
  return { templates: [...answer.templates], fetchedAt: timestamp(now) };
}
