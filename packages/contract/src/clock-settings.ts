import { z } from "zod";

/** Whole minutes from 1 to 30 days (clock.md §2). */
export const Minutes = z.int().min(1).max(43_200);

/** A template as the channel knows it; `components` are the channel's own objects. */
export const TemplateRef = z.strictObject({
  name: z.string().min(1).max(512),
  language: z.string().min(2).max(20),
  components: z.array(z.record(z.string(), z.unknown())).max(10).optional(),
});
export type TemplateRef = z.infer<typeof TemplateRef>;

/** *Session closure time*. */
export const ClosureSettings = z.strictObject({
  enabled: z.boolean(),
  afterMinutes: Minutes,
  /** The end-of-session message; `null` or empty closes without one. Variables: `{{contact.name}}` … */
  message: z.string().max(4096).nullable(),
  /** What leaves when the channel's messaging window is closed: nothing, or a template. */
  outsideWindow: z.union([z.literal("silent"), z.strictObject({ template: TemplateRef })]),
  /** The same session continues if the customer writes this soon after the close; `null`: never. */
  reopenWithinMinutes: Minutes.nullable().default(null),
});
export type ClosureSettings = z.infer<typeof ClosureSettings>;

/** *Time to change the person in charge when not yet answered*. */
export const ReassignSettings = z.strictObject({
  enabled: z.boolean(),
  afterMinutes: Minutes,
  maxPerWait: z.int().min(1).max(100),
});
export type ReassignSettings = z.infer<typeof ReassignSettings>;

/** *Response time limit* and its warning. */
export const ReplySettings = z.strictObject({
  enabled: z.boolean(),
  limitMinutes: Minutes,
  warnMinutes: Minutes,
  countFrom: z.enum(["customerMessage", "firstAssignment"]),
});
export type ReplySettings = z.infer<typeof ReplySettings>;

/** The clock's configuration of an account, or in force for one session (clock.md §2). */
export const ClockSettings = z
  .strictObject({ closure: ClosureSettings, reassign: ReassignSettings, reply: ReplySettings })
  .check(warnBeforeLimit);
export type ClockSettings = z.infer<typeof ClockSettings>;

/** A channel's override: each of the three settings may be replaced, `null` keeps the account's. */
export const ClockOverride = z
  .strictObject({
    closure: ClosureSettings.nullable().default(null),
    reassign: ReassignSettings.nullable().default(null),
    reply: ReplySettings.nullable().default(null),
  })
  .check(warnBeforeLimit);
export type ClockOverride = z.infer<typeof ClockOverride>;

/** Whether a save reaches sessions that are open now (clock.md §2). */
export const ApplyTo = z.enum(["all", "nextMessage"]);
export type ApplyTo = z.infer<typeof ApplyTo>;

/** What a new account starts with: everything off (clock.md §2, "Defaults"). */
export const DEFAULT_CLOCK_SETTINGS: ClockSettings = {
  closure: {
    enabled: false,
    afterMinutes: 720,
    message: null,
    outsideWindow: "silent",
    reopenWithinMinutes: null,
  },
  reassign: { enabled: false, afterMinutes: 5, maxPerWait: 3 },
  reply: { enabled: false, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
};

function warnBeforeLimit(check: {
  value: { reply: ReplySettings | null };
  issues: z.core.$ZodRawIssue[];
}): void {
  const reply = check.value.reply;
  if (reply === null || reply.warnMinutes < reply.limitMinutes) return;
  check.issues.push({
    code: "custom",
    message: "The warning must come before the limit: choose fewer minutes than the limit.",
    path: ["reply", "warnMinutes"],
    input: reply.warnMinutes,
    params: { contradiction: true },
  });
}
