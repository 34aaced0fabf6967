import type { Channel } from "@punctual/channel-kit";
import { WhatsAppConfig } from "./config.ts";
import { parseWebhook } from "./inbound.ts";
import { whatsappLimits } from "./limits.ts";
import { whatsappMedia } from "./media.ts";
import { sendMessage } from "./outbound.ts";
import { whatsappTemplates } from "./templates.ts";
import { answerHandshake, verifyWebhook } from "./webhook-auth.ts";

export type { WhatsAppConfig } from "./config.ts";

/** WhatsApp through Meta's Cloud API (channels.md part A). */
export const whatsapp: Channel<WhatsAppConfig> = {
  kind: "whatsapp",
  limits: whatsappLimits,
  parseConfig: (raw) => WhatsAppConfig.parse(raw),
  addressOf: (config) => config.phoneNumberId,
  answerHandshake,
  verifyWebhook,
  parseWebhook,
  send: sendMessage,
  media: whatsappMedia,
  templates: whatsappTemplates,
};
