/**
 * What a channel can do, as data, so that the machine can plan with it without knowing a channel.
 */
import type { UploadType } from "./media.ts";

export interface ChannelLimits {
  /**
   * How long after the customer's last message free-form messages may be sent, in ms. `null`:
   * always.
   */
  readonly windowMs: number | null;
  /** Safety margin kept before the window's end, in ms (clock.md §5: two minutes). */
  readonly windowMarginMs: number;
  /** Longest text, in characters. */
  readonly maxTextLength: number;
  /** Longest caption of each type of file, in characters; others take none. */
  readonly maxCaptionLength?: Readonly<Partial<Record<UploadType, number>>>;
  /** Whether templates may be sent outside the window. */
  readonly templates: boolean;
}

/**
 * Whether a free-form message may leave at `now`.
 * @param lastCustomerMessageAt the provider's stamp of the contact's last message on this channel,
 * epoch ms.
 */
export function isWindowOpen(
  limits: Pick<ChannelLimits, "windowMs" | "windowMarginMs">,
  lastCustomerMessageAt: number | null,
  now: number,
): boolean {
  if (limits.windowMs === null) return true;
  if (lastCustomerMessageAt === null) return false;
  return now < lastCustomerMessageAt + limits.windowMs - limits.windowMarginMs;
}
