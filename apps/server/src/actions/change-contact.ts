import { type ContactPatch, fieldError, MAX_ATTRIBUTES, PunctualError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { shareAccount } from "../store/account-locks.ts";
import {
  lockContactRow,
  writeContactAttributes,
  writeContactName,
  writeContactOwner,
  writeContactTags,
} from "../store/change-contact.ts";
import { memberIsActive } from "../store/read-member.ts";
import { readTags } from "../store/tags.ts";
import { authorizeContact } from "./authorize-contact.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { resolveTags } from "./tag-session.ts";

interface OnContact {
  readonly accountId: string;
  readonly contactId: string;
  readonly by: MemberIdentity;
}

/**
 * Changes what is given of a contact. Rules look at attributes and owner, so sessions in line are offered
 * again. Throws `contact_not_found`, `member_inactive`, and `validation_failed` when there would be too
 * many attributes.
 */
export async function changeContact(
  deps: Deps,
  { patch, ...on }: OnContact & { readonly patch: ContactPatch },
): Promise<void> {
  await saveContact(deps, on, async (tx, contact) => {
    const { name, attributes, ownerId } = patch;
    if (name !== undefined) writeContactName(tx, on, name, on.by.id);
    if (attributes !== undefined) {
      writeContactAttributes(tx, on, mergeAttributes(contact.attributes, attributes));
    }
    if (ownerId === undefined) return;
    if (ownerId !== null && !(await memberIsActive(tx, on.accountId, ownerId))) {
      throw new PunctualError("member_inactive");
    }
    writeContactOwner(tx, on, ownerId);
  });
}

/** Makes these the contact's tags. Throws `contact_not_found` and as `resolveTags` does. */
export async function tagContact(
  deps: Deps,
  { tags, ...on }: OnContact & { readonly tags: readonly string[] },
): Promise<void> {
  const save = async (tx: Tx) => {
    const resolved = resolveTags(await readTags(tx, on.accountId), tags);
    writeContactTags(tx, on, resolved);
  };
  await saveContact(deps, on, save, (tx) => shareAccount(tx, "tags", on.accountId));
}

async function saveContact(
  { db, signals }: Deps,
  on: OnContact,
  save: (
    tx: Tx,
    contact: { readonly attributes: Readonly<Record<string, string>> },
  ) => Promise<void>,
  lockFirst?: (tx: Tx) => void,
): Promise<void> {
  await db.transaction(async (tx) => {
    lockFirst?.(tx);
    const contact = await lockContactRow(tx, on);
    if (contact === null) throw new PunctualError("contact_not_found");
    await authorizeContact(tx, on, "changeContacts");
    await save(tx, contact);
    writeAccountEvent(tx, on.accountId, {
      type: "contact.updated",
      payload: { id: on.contactId },
    });
  });
  signals.events();
  signals.line(on.accountId);
}

/** What is given over what there is; `null` takes an attribute away. */
function mergeAttributes(
  stored: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const entries = Object.entries({ ...stored, ...given }).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  if (entries.length > MAX_ATTRIBUTES) {
    const message = `A contact takes ${MAX_ATTRIBUTES} attributes; these would be ${entries.length}.`;
    throw fieldError("attributes", message);
  }
  return Object.fromEntries(entries);
}
