import type { ContactIdentity } from "@punctual/channel-kit";
import type { ContactEntry } from "./inbound-schema.ts";

/** The ids that a part of a payload gives for one customer; `undefined` where it gives none. */
export interface CustomerIds {
  readonly phone: string | undefined;
  /** The BSUID: `<country>.<up to 128 alphanumerics>`, unique per business portfolio. */
  readonly userId: string | undefined;
  /** The parent BSUID, `<country>.ENT.<…>`; never the same thing as a BSUID. */
  readonly parentUserId: string | undefined;
}

/**
 * The customer whom a part's own ids name, completed from the `contacts` beside it: names, user
 * names and missing ids are only there (channels.md A5, A6).
 */
export function contactOf(ids: CustomerIds, contacts: readonly ContactEntry[]): ContactIdentity {
  const entry = entryOf(ids, contacts);
  return {
    userId: ids.userId ?? entry?.user_id ?? null,
    parentUserId: ids.parentUserId ?? entry?.parent_user_id ?? null,
    phone: ids.phone ?? entry?.wa_id ?? null,
    username: entry?.profile?.username ?? null,
    name: entry?.profile?.name ?? null,
  };
}

/** Whether the contact can be found again; a parent id alone does not tell users apart. */
export function isKnown(contact: ContactIdentity): boolean {
  return contact.userId !== null || contact.phone !== null;
}

/** By BSUID, then by phone; a sole entry also fits a part that contradicts none of its ids. */
function entryOf(ids: CustomerIds, contacts: readonly ContactEntry[]): ContactEntry | undefined {
  const [first, ...others] = contacts;
  const sole = others.length === 0 ? first : undefined;
  return (
    contacts.find((entry) => ids.userId !== undefined && entry.user_id === ids.userId) ??
    contacts.find((entry) => ids.phone !== undefined && entry.wa_id === ids.phone) ??
    (sole !== undefined && !contradicts(ids, sole) ? sole : undefined)
  );
}

function contradicts(ids: CustomerIds, entry: ContactEntry): boolean {
  const differ = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && a !== b;
  return differ(ids.userId, entry.user_id) || differ(ids.phone, entry.wa_id);
}
