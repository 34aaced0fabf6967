import type { Contact } from "@punctual/contract";
import type { ContactRow } from "../store/read-contacts.ts";
import { timestamp } from "./timestamp.ts";

/** A row → a contact as the API shows it. */
export function presentContact(row: ContactRow): Contact {
  return {
    id: row.id,
    name: row.name,
    identities: row.identities.map((identity) => ({
      ...identity,
      lastWroteAt: timestamp(identity.lastWroteAt),
    })),
    attributes: row.attributes,
    ownerId: row.owner_member_id,
    tags: row.tags,
    blocked:
      row.blocked_at === null
        ? null
        : {
            blockedAt: timestamp(row.blocked_at),
            byId: row.blocked_by,
            reason: row.blocked_reason,
          },
    createdAt: timestamp(row.created_at),
  };
}
