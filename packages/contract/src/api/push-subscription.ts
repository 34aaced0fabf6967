import { z } from "zod";
import { Id, PersonName, Timestamp } from "./common.ts";

/** As a browser's `PushSubscription.toJSON()` gives it; other members are passed over. */
export const PushSubscriptionBody = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  keys: z.object({
    p256dh: base64urlOf(65, "the key p256dh"),
    auth: base64urlOf(16, "the secret auth"),
  }),
  /** How you tell your devices apart. */
  name: PersonName.optional(),
});
export type PushSubscriptionBody = z.infer<typeof PushSubscriptionBody>;

/** A browser of yours that gets pushes. */
export const PushSubscription = z
  .object({
    id: Id,
    name: z.string().nullable(),
    /** The push service's host. */
    service: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: "PushSubscription" });
export type PushSubscription = z.infer<typeof PushSubscription>;

export const PushSubscriptions = z.object({
  /** For `pushManager.subscribe({ applicationServerKey })`. */
  publicKey: z.string(),
  subscriptions: z.array(PushSubscription),
});

export const PushSubscriptionParams = z.object({ subscriptionId: Id });

function base64urlOf(bytes: number, what: string) {
  const digits = Math.ceil((bytes * 8) / 6);
  return z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{${digits}}={0,2}$`),
      `Give ${what} as the browser does: ${bytes} bytes in base64url.`,
    );
}
