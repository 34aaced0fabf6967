import {
  ChannelParams,
  ChannelView,
  ChannelViews,
  CreateChannelBody,
  fieldError,
  PatchChannelBody,
  PunctualError,
} from "@punctual/contract";
import { changeChannel, createChannel } from "../../actions/create-channel.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readChannel, readChannels } from "../../store/channels.ts";
import { presentChannel } from "../../views/channel.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerChannels(app: ApiServer, context: ApiContext): void {
  const { deps, config, channelOf } = context;

  app.get(
    "/channels",
    {
      schema: {
        operationId: "listChannels",
        summary: "The business's channels, without their credentials",
        tags: ["Channels"],
        response: { 200: ChannelViews, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readChannels");
      const rows = await deps.db.readAs(accountId, (read) => readChannels(read, accountId));
      return { channels: rows.map((row) => presentChannel(row, config.publicUrl)) };
    },
  );

  app.post(
    "/channels",
    {
      schema: {
        operationId: "createChannel",
        summary: "Connect a channel",
        tags: ["Channels"],
        body: CreateChannelBody,
        response: { 201: ChannelView, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeChannels");
      const author = authorOf(request);
      const channel = channelOf(request.body.kind);
      if (channel === undefined) throw unknownKind();
      const { name, config } = request.body;
      const { channelId } = await createChannel(deps, channel, { ...author, name, config });
      return await reply.code(201).send(await loadChannel(context, author.accountId, channelId));
    },
  );

  app.patch(
    "/channels/:channelId",
    {
      schema: {
        operationId: "changeChannel",
        summary: "Change a channel's name or credentials",
        tags: ["Channels"],
        params: ChannelParams,
        body: PatchChannelBody,
        response: { 200: ChannelView, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeChannels");
      const author = authorOf(request);
      const { channelId } = request.params;
      const { name, config } = request.body;
      await changeChannel(deps, channelOf, { ...author, channelId, name, config });
      return await loadChannel(context, author.accountId, channelId);
    },
  );
}

function unknownKind(): PunctualError {
  return fieldError("kind", "This server has no such kind of channel.");
}

async function loadChannel(
  { deps, config }: ApiContext,
  accountId: string,
  channelId: string,
): Promise<ChannelView> {
  const row = await deps.db.readAs(accountId, (read) => readChannel(read, accountId, channelId));
  if (row === null) throw new PunctualError("channel_not_found");
  return presentChannel(row, config.publicUrl);
}
