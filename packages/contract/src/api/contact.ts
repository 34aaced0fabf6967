import { z } from "zod";
import { Id, nextCursor, PageQuery, PersonName, QueryFlag, Timestamp } from "./common.ts";

/** Most attributes of a contact. */
export const MAX_ATTRIBUTES = 50;

/** How a channel knows a contact. */
const ContactIdentity = z.object({
  channelId: Id,
  userId: z.string().nullable(),
  phone: z.string().nullable(),
  username: z.string().nullable(),
  lastWroteAt: Timestamp.nullable(),
});

export const Contact = z
  .object({
    id: Id,
    name: z.string().nullable(),
    identities: z.array(ContactIdentity),
    /** Rules can ask for them. */
    attributes: z.record(z.string(), z.string()),
    /** The member whom rules with *owner first* prefer. */
    ownerId: Id.nullable(),
    tags: z.array(z.string()),
    /** Their messages are kept and start nothing (clock.md §4.8). */
    blocked: z
      .object({ blockedAt: Timestamp, byId: Id.nullable(), reason: z.string().nullable() })
      .nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: "Contact" });
export type Contact = z.infer<typeof Contact>;

export const ContactPage = z.object({ contacts: z.array(Contact), nextCursor });
export const ContactParams = z.object({ contactId: Id });

export const ContactsQuery = PageQuery.extend({
  text: z
    .string()
    .trim()
    .min(2)
    .max(200)
    .optional()
    .describe(
      "Part of a name, phone number or user name. A page may come back short or empty with a cursor: ask on.",
    ),
  tag: Id.optional().describe("With this tag"),
  owner: z.union([z.uuid('It must be the id of a member or "me".'), z.literal("me")]).optional(),
  blocked: QueryFlag.optional(),
});
export type ContactsQuery = z.infer<typeof ContactsQuery>;

export const SessionsOfContactQuery = PageQuery.extend({
  channel: Id.optional().describe("Only those on this channel: one thread"),
});

/** Only what is given changes. An attribute that is null goes; those that aren't given stay. */
export const ContactPatch = z.strictObject({
  name: PersonName.nullable()
    .optional()
    .describe("Null: called as they call themselves from their next message on"),
  attributes: z
    .record(z.string().trim().min(1).max(100), z.string().max(1000).nullable())
    .optional()
    .describe(`At most ${MAX_ATTRIBUTES} in all`),
  ownerId: Id.nullable().optional(),
});
export type ContactPatch = z.infer<typeof ContactPatch>;

export const BlockBody = z.strictObject({ reason: z.string().trim().min(1).max(1000) });
