import { z } from "zod";
import { isTimeZone } from "../business-hours.ts";
import { eachOnce, type Role } from "./common.ts";
import { NOTIFICATION_KINDS, type NotificationKind } from "./notification.ts";

/** Ways of a notification besides the app itself, where it always is. */
export const ALERT_MEDIA = ["push", "email"] as const;
export type AlertMedium = (typeof ALERT_MEDIA)[number];

/** A time of day, as 24 hours. */
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time such as 22:00.");

/** No push and no e-mail at these hours; what still holds at their end comes then. */
export const QuietHours = z
  .strictObject({
    timeZone: z
      .string()
      .max(100)
      .refine(isTimeZone, "Give the name of a time zone, such as Europe/Berlin."),
    /** On which days they begin: 1 is Monday, 7 Sunday. */
    days: z.array(z.int().min(1).max(7)).min(1).max(7).refine(eachOnce, "Name each day once."),
    from: TimeOfDay,
    /** On the next day when it is not later than `from`. */
    until: TimeOfDay,
  })
  .refine(({ from, until }) => from !== until, {
    path: ["until"],
    message: "Give an end that differs from the beginning.",
  });
export type QuietHours = z.infer<typeof QuietHours>;

const Wanted = z.strictObject({ push: z.boolean(), email: z.boolean() });

export const AlertPreferences = z
  .strictObject({
    kinds: z.strictObject(
      Object.fromEntries(NOTIFICATION_KINDS.map((kind) => [kind, Wanted])) as Record<
        NotificationKind,
        typeof Wanted
      >,
    ),
    quietHours: QuietHours.nullable(),
  })
  .meta({ id: "AlertPreferences" });
export type AlertPreferences = z.infer<typeof AlertPreferences>;

/** What is in force, and whether the member chose it. */
export const MyAlertPreferences = z.object({
  preferences: AlertPreferences,
  /** The defaults of your role: nothing was chosen yet. */
  isDefault: z.boolean(),
});

const OWN_WORK = [
  "assigned",
  "warning",
  "overdue",
  "mention",
  "invited",
  "sendFailed",
  "sendLate",
] as const;
const QUEUE = ["nobodyEligible", "waitingForAgent", "exhausted"] as const;

/** What reaches a member who never chose: agents of their own work, the others of the queue too. */
export const DEFAULT_ALERTS: Readonly<
  Record<z.infer<typeof Role>, Readonly<Record<AlertMedium, readonly NotificationKind[]>>>
> = {
  agent: { push: OWN_WORK, email: ["mention", "invited"] },
  supervisor: {
    push: [...OWN_WORK, ...QUEUE],
    email: ["mention", "invited", "nobodyEligible", "exhausted"],
  },
  admin: {
    push: [...OWN_WORK, ...QUEUE],
    email: ["mention", "invited", "nobodyEligible", "exhausted"],
  },
};
