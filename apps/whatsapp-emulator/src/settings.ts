import { z } from "zod";

const Milliseconds = z.number().int().min(0).max(2_147_483_647);

/** How long after the step before a status is stamped and sent, in ms. */
export const StatusDelays = z.strictObject({
  sentMs: Milliseconds.default(0),
  deliveredMs: Milliseconds.default(0),
  readMs: Milliseconds.default(0),
});
export type StatusDelays = z.infer<typeof StatusDelays>;

/**
 * How a webhook that was not answered with 200 is tried again: each delay is `factor` × the last.
 */
const Retry = z.strictObject({
  firstDelayMs: Milliseconds.default(50),
  factor: z.number().min(1).max(10).default(2),
  maxDelayMs: Milliseconds.default(5_000),
  /** Counted from the first attempt; Meta gives up after days (`channels.md` A4). */
  giveUpAfterMs: z.number().int().min(0).default(60_000),
});

/** What the emulator does when no fault is set. The defaults are quick, for tests. */
export const Settings = z.strictObject({
  /**
   * What happens to a free-form message more than 24 hours after the customer's last one: refused
   * with 131047 at once, accepted and failed with 131047 later (Meta does both), or sent as if
   * nothing were.
   */
  window: z.enum(["reject", "fail", "off"]).default("reject"),
  statusDelays: StatusDelays.prefault({}),
  retry: Retry.prefault({}),
  /** POSTs under way at once. */
  webhookConcurrency: z.number().int().min(1).max(512).default(16),
  /** How long an answer to a webhook may take, in ms. */
  webhookTimeoutMs: Milliseconds.min(1).default(10_000),
  /**
   * Whether a customer's next webhook waits for the answer to the one before. Meta promises no
   * order.
   */
  keepOrder: z.boolean().default(true),
  /** How far the emulator's clock is from the machine's: stamps say what it says. */
  clockOffsetMs: z.number().int().default(0),
  /** How many webhooks, Graph calls and messages of each chat are remembered for the lists. */
  historyLimit: z.number().int().min(1).max(1_000_000).default(10_000),
});
export type Settings = z.infer<typeof Settings>;
/**
 * Every member is optional here: what is missing has its default, or keeps its value in a change.
 */
export type SettingsInput = z.input<typeof Settings>;
