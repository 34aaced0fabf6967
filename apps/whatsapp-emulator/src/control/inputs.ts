import { z } from "zod";
import { MessageExtras } from "./customer-message-input.ts";

/*
 * Bodies and queries of the control calls (README.md). The type `XInput` is what a caller writes,
 * the schema's output is complete.
 */

const Digits = z.string().regex(/^\d+$/, "Digits only.");
const Phone = z
  .string()
  .regex(/^\+?[\d\s().-]+$/, "A phone number with its country code.")
  .transform((phone) => phone.replace(/\D/g, ""))
  .pipe(z.string().regex(/^\d{7,15}$/, "7 to 15 digits, with the country code."));
const Bsuid = z
  .string()
  .regex(/^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/, "Two letters of a country, a dot, letters and digits.");

const Template = z.strictObject({
  name: z.string().min(1),
  language: z.string().min(2),
  category: z.enum(["utility", "marketing", "authentication"]).default("utility"),
  bodyParameters: z.number().int().min(0).default(0),
  body: z.string().min(1).max(1_024).nullable().default(null),
});

export const NumberInput = z.strictObject({
  phoneNumberId: Digits,
  displayPhoneNumber: Phone,
  verifiedName: z.string().default("Test business"),
  wabaId: Digits.default("102290129340398"),
  accessToken: z.string().regex(/^\S+$/),
  appSecret: z.string().min(1),
  verifyToken: z.string().min(1),
  webhookUrl: z.url().nullable().default(null),
  templates: z.array(Template).nullable().default(null),
});
export type NumberInput = z.input<typeof NumberInput>;

export const NumberPatch = z.strictObject({
  verifiedName: z.string().optional(),
  accessToken: z.string().regex(/^\S+$/).optional(),
  appSecret: z.string().min(1).optional(),
  verifyToken: z.string().min(1).optional(),
  webhookUrl: z.url().nullable().optional(),
  templates: z.array(Template).nullable().optional(),
});
export type NumberPatch = z.input<typeof NumberPatch>;

const Delay = z.number().int().min(0).max(2_147_483_647).optional();
const CustomerDelays = z.strictObject({ sentMs: Delay, deliveredMs: Delay, readMs: Delay });

export const CustomerInput = z
  .strictObject({
    /** One of your own choice, for readable tests. Default: `c1`, `c2`, … */
    id: z
      .string()
      .regex(/^[\w.-]+$/)
      .optional(),
    name: z.string().min(1).default("Customer"),
    phone: Phone.nullable().default(null),
    /** Left out: one is made up. `null`: none, as before 2026. */
    bsuid: Bsuid.nullable().optional(),
    username: z.string().nullable().default(null),
    hidesPhone: z.boolean().default(false),
    receivesMessages: z.boolean().default(true),
    readsMessages: z.boolean().default(true),
    chatOpen: z.boolean().default(false),
    statusDelays: CustomerDelays.default({}),
  })
  .refine(({ phone, bsuid }) => phone !== null || bsuid !== null, {
    message: "A customer needs a phone or a bsuid.",
  });
export type CustomerInput = z.input<typeof CustomerInput>;

export const CustomerPatch = z.strictObject({
  name: z.string().min(1).optional(),
  username: z.string().nullable().optional(),
  hidesPhone: z.boolean().optional(),
  receivesMessages: z.boolean().optional(),
  readsMessages: z.boolean().optional(),
  chatOpen: z.boolean().optional(),
  statusDelays: CustomerDelays.optional(),
});
export type CustomerPatch = z.input<typeof CustomerPatch>;

export const OfflineInput = z.strictObject({
  /** How long the phone has no network; 0: it has one again. */
  ms: z.number().int().min(0).max(3_600_000).default(30_000),
});
export type OfflineInput = z.input<typeof OfflineInput>;

export const ChatQuery = z.strictObject({
  /** The newest so many. */
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

const { to, timestamp, id } = MessageExtras;

export const EchoInput = z.strictObject({ text: z.string(), to, timestamp, id });
export type EchoInput = z.input<typeof EchoInput>;

export const ReadsInput = z.strictObject({
  /** The message that is read. `null`: all that were sent and not read yet. */
  messageId: z.string().nullable().default(null),
  timestamp,
});
export type ReadsInput = z.input<typeof ReadsInput>;

export const BulkInput = z.strictObject({
  /** Messages in all. */
  count: z.number().int().min(1).max(1_000_000),
  /** So many made-up customers (the same ones at each call), or the ids of existing ones. */
  customers: z
    .union([z.number().int().min(1).max(100_000), z.array(z.string()).min(1)])
    .default(100),
  /** Messages in one POST. */
  batchSize: z.number().int().min(1).max(1_000).default(1),
  /** `{n}` becomes the message's number, from 1. */
  text: z.string().default("Message {n}"),
  to,
});
export type BulkInput = z.input<typeof BulkInput>;

/** A webhook of one's own making, signed and sent as it is. */
export const RawWebhookInput = z.strictObject({
  to,
  payload: z.record(z.string(), z.unknown()),
});
export type RawWebhookInput = z.input<typeof RawWebhookInput>;

const Timeout = z.coerce.number().int().min(0).max(600_000).default(30_000);

export const IdleQuery = z.strictObject({ timeoutMs: Timeout });
export const SentQuery = z.strictObject({
  /** Answer only when there are as many, or `timeoutMs` has passed. */
  atLeast: z.coerce.number().int().min(0).default(0),
  timeoutMs: Timeout,
});
export const WebhooksQuery = z.strictObject({
  customerId: z.string().optional(),
  state: z.enum(["waiting", "delivered", "retrying", "gaveUp", "lost"]).optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1_000),
});
export const CallsQuery = z.strictObject({
  customerId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1_000),
});
export const ResetInput = z.strictObject({
  /** Whether the business numbers stay registered. */
  keepNumbers: z.boolean().default(true),
});
export type ResetInput = z.input<typeof ResetInput>;
