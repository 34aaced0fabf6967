import type { ChannelLimits } from "@punctual/channel-kit";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What WhatsApp allows (channels.md A10, A13), with the margin of clock.md §5. */
export const whatsappLimits: ChannelLimits = {
  windowMs: 24 * HOUR_MS,
  windowMarginMs: 2 * MINUTE_MS,
  maxTextLength: 4096,
  maxCaptionLength: { image: 1_024, video: 1_024, document: 1_024 },
  templates: true,
};
