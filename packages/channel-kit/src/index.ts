/**
 * The interface that every channel implements. A channel is three pure translations and nothing
 * else: it verifies a webhook, turns its payload into channel events, and turns a message into a
 * request plus the answer into an outcome. It does no I/O of its own (`fetch` is passed in) and
 * keeps no state.
 */

export type { Channel, OutboundMessage, SendOutcome, WebhookRequest } from "./channel.ts";
export type {
  ChannelEvent,
  ContactIdentity,
  CustomerMessageEvent,
  DeliveryStatusEvent,
  EchoEvent,
  IdentityChangedEvent,
  IgnoredEvent,
  ReactionEvent,
  SystemEvent,
} from "./channel-event.ts";
export { type ChannelLimits, isWindowOpen } from "./limits.ts";
export type {
  ChannelMedia,
  MediaAnswer,
  MediaUpload,
  UploadAnswer,
  UploadLimit,
  UploadType,
} from "./media.ts";
export type { ChannelTemplates, TemplatesAnswer } from "./templates.ts";
