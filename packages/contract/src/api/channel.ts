import { z } from "zod";
import { eachOnce, Id, Timestamp } from "./common.ts";

/** A channel without its credentials, which never leave the server. */
export const ChannelView = z
  .object({
    id: Id,
    kind: z.string(),
    /** The business's address on the network; WhatsApp: the phone number id. */
    address: z.string(),
    name: z.string(),
    /** Where the provider sends its webhooks. */
    webhookUrl: z.string(),
    createdAt: Timestamp,
    lastWebhookAt: Timestamp.nullable(),
    /** Whether the provider's webhooks come, up to a minute old. */
    webhook: z.object({
      /** The provider's handshake succeeded last. */
      handshakeAt: Timestamp.nullable(),
      /** The first one that the provider signed. */
      firstAt: Timestamp.nullable(),
      lastAt: Timestamp.nullable(),
      /** The last refusal, until what was refused succeeds. */
      refused: z
        .object({
          at: Timestamp,
          reason: z
            .enum(["signature", "verifyToken"])
            .describe("signature: check the app secret; verifyToken: check the verify token"),
        })
        .nullable(),
    }),
    /** Sending stopped because nothing would leave: new credentials start it again. */
    stoppedAt: Timestamp.nullable(),
    stoppedReason: z.string().nullable(),
    pausedUntilAt: Timestamp.nullable(),
  })
  .meta({ id: "Channel" });
export type ChannelView = z.infer<typeof ChannelView>;

export const ChannelViews = z.object({ channels: z.array(ChannelView) });
export const ChannelParams = z.object({ channelId: Id });

/** A channel as everybody sees it who reaches it. */
export const MyChannel = z
  .object({
    id: Id,
    kind: z.string(),
    name: z.string(),
    limits: z.object({
      maxTextLength: z.int().describe("In characters"),
      windowMs: z
        .int()
        .nullable()
        .describe("How long after the customer's last message free-form ones leave; null: always"),
      windowMarginMs: z.int().describe("How long before its end the window counts as closed"),
      templates: z.boolean().describe("Whether templates leave outside the window"),
    }),
  })
  .meta({ id: "MyChannel" });
export type MyChannel = z.infer<typeof MyChannel>;
export const MyChannels = z.object({ channels: z.array(MyChannel) });

/** Most channels that a limit names. */
const MAX_LIMIT = 100;

/** Ids of the only channels that somebody reaches; `null`: no limit. */
export const ChannelLimit = z.array(Id).nullable();
export const ChannelLimitBody = z.strictObject({
  channelIds: z
    .array(Id)
    .min(1, "Name at least one channel, or give null for all.")
    .max(MAX_LIMIT)
    .refine(eachOnce, "Name each channel once.")
    .nullable(),
});

const ChannelName = z.string().trim().min(1).max(200);
/** The channel's own fields, as its package documents them. */
const ChannelConfigInput = z.record(z.string().max(100), z.string().max(4096));

export const CreateChannelBody = z
  .strictObject({
    kind: z.string().min(1).max(50).default("whatsapp"),
    name: ChannelName,
    config: ChannelConfigInput.describe(
      "WhatsApp: phoneNumberId, accessToken, appSecret, verifyToken, businessAccountId? (for templates), graphUrl?, graphVersion?",
    ),
  })
  .meta({ id: "CreateChannel" });

/** `config` is laid over the stored one: only the fields that are given change. */
export const PatchChannelBody = z.strictObject({
  name: ChannelName.optional(),
  config: ChannelConfigInput.optional(),
});
