/**
 * The shapes of a webhook that we read (channels.md A5–A9), as leniently as can be: a field that is
 * missing, empty or of the wrong type counts as absent, and everything we don't name is left alone
 * in the raw payload. A schema fails only on what isn't an object at all, so that one odd part
 * never costs the others.
 */
import { z } from "zod";

/**
 * Meta has sent both no field and an empty string for "unknown" (channels.md A6): both are absent.
 */
export const someText = z.string().min(1).optional().catch(undefined);

/**
 * An id. Ids are strings of digits, yet some payloads carry them as JSON numbers; one beyond 2^53
 * lost its last digits in parsing and is worse than none.
 */
const someId = z
  .union([z.string().min(1), z.int().nonnegative().transform(String)])
  .optional()
  .catch(undefined);

/** A phone number as digits only. */
const somePhone = z
  .union([z.string(), z.int().nonnegative().transform(String)])
  .transform((text) => text.replace(/[\s()+-]/g, ""))
  .pipe(z.string().regex(/^\d+$/))
  .optional()
  .catch(undefined);

const LATEST_SECOND = 253_402_300_799; // the end of the year 9999

/** Seconds since 1970, mostly as a string → epoch ms. */
const someStamp = z
  .union([z.string().regex(/^\d+$/).transform(Number), z.int()])
  .pipe(z.number().min(0).max(LATEST_SECOND))
  .transform((seconds) => seconds * 1000)
  .optional()
  .catch(undefined);

/** A coordinate: documented as a number, seen as a string (channels.md A7). */
const coordinate = z
  .union([z.number(), z.string().trim().min(1).transform(Number)])
  .pipe(z.number());

const someFlag = z.boolean().optional().catch(undefined);
const parts = z.array(z.unknown()).catch([]);
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

export const Envelope = z.object({ entry: z.array(z.unknown()) });

export const Entry = z.object({ time: someStamp, changes: parts });

const Metadata = z.object({ phone_number_id: someId });

export const Change = z.object({
  field: someText,
  value: maybe(
    z.object({
      metadata: maybe(Metadata),
      contacts: parts,
      messages: parts,
      statuses: parts,
      errors: parts,
      user_actions: parts,
      message_echoes: parts,
      user_id_update: parts,
    }),
  ),
});

export const ContactEntry = z.object({
  wa_id: somePhone,
  user_id: someId,
  parent_user_id: someId,
  profile: maybe(z.object({ name: someText, username: someText })),
});
export type ContactEntry = z.infer<typeof ContactEntry>;

/** What a message really was that Meta can't pass on. */
export const Unsupported = z.object({ type: someText });

const OriginalMessage = z.object({ original_message_id: someId });

export const Message = z.object({
  id: someId,
  type: someText,
  timestamp: someStamp,
  from: somePhone,
  from_user_id: someId,
  from_parent_user_id: someId,
  // Echoes name the customer as the addressee.
  to: somePhone,
  to_user_id: someId,
  to_parent_user_id: someId,
  context: maybe(z.object({ id: someId })),
  reaction: maybe(z.object({ message_id: someId, emoji: someText })),
  unsupported: maybe(Unsupported),
  edit: maybe(OriginalMessage),
  revoke: maybe(OriginalMessage),
  system: maybe(
    z.object({
      type: someText,
      wa_id: somePhone,
      user_id: someId,
      parent_user_id: someId,
      previous_user_id: someId,
    }),
  ),
});
export type Message = z.infer<typeof Message>;

export const ProviderError = z.object({
  code: someId,
  title: someText,
  message: someText,
  error_data: maybe(z.object({ details: someText })),
});

export const Status = z.object({
  id: someId,
  status: someText,
  timestamp: someStamp,
  recipient_type: someText,
  recipient_id: somePhone,
  recipient_user_id: someId,
  recipient_parent_user_id: someId,
  biz_opaque_callback_data: someText,
  errors: parts,
});
export type Status = z.infer<typeof Status>;

const IdChange = z.object({ previous: someId, current: someId });

export const UserIdUpdate = z.object({
  wa_id: somePhone,
  timestamp: someStamp,
  user_id: maybe(IdChange),
  parent_user_id: maybe(IdChange),
});

export const Media = z.object({
  id: someId,
  mime_type: someText,
  caption: someText,
  filename: someText,
  voice: someFlag,
});

export const Location = z.object({
  latitude: coordinate,
  longitude: coordinate,
  name: someText,
  address: someText,
});

export const SharedContact = z.object({
  name: maybe(z.object({ formatted_name: someText, first_name: someText, last_name: someText })),
  org: maybe(z.object({ company: someText })),
  phones: parts,
});

export const SharedPhone = z.object({ phone: someText, wa_id: somePhone });

const Tap = z.object({ id: someText, title: z.string().min(1) });

export const Interactive = z.object({
  type: someText,
  button_reply: maybe(Tap),
  list_reply: maybe(Tap),
  nfm_reply: maybe(z.object({ name: someText, body: someText })),
});

export const TemplateButton = z.object({ payload: someText, text: z.string().min(1) });

export const Order = z.object({ text: someText, product_items: parts });

export const OrderItem = z.object({
  product_retailer_id: z.union([z.string().min(1), z.int().transform(String)]),
  quantity: z.union([z.number(), z.string().trim().min(1).transform(Number)]).pipe(z.number()),
});
