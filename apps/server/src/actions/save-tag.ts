import { MAX_TAGS, PunctualError, type Tag } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { readRules } from "../store/assignment-rules.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { deleteTag, readTags, renameTagOfContacts, upsertTag } from "../store/tags.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";
import { saveRule } from "./save-rule.ts";

/** Adds a tag to the catalogue. Throws `tag_exists` and `catalogue_full`. */
export async function createTag(
  deps: Deps,
  author: Authored,
  input: Omit<Tag, "id">,
): Promise<Tag> {
  return await saveTags(deps, author, (tx, tags) => {
    const tag = { id: newId(), ...input };
    requireFree(tags, tag);
    if (tags.length >= MAX_TAGS) throw new PunctualError("catalogue_full");
    upsertTag(tx, author.accountId, tag);
    writeAudit(tx, { ...author, act: "tag.created", subjectId: tag.id, before: null, after: tag });
    return tag;
  });
}

/**
 * Changes a tag's name or colour. Contacts and rules that name it get the new name in the same commit.
 * Throws `tag_not_found` and `tag_exists`.
 */
export async function changeTag(
  deps: Deps,
  author: Authored,
  tagId: string,
  patch: { readonly name?: string | undefined; readonly colour?: string | undefined },
): Promise<Tag> {
  const { accountId } = author;
  const changed = await saveTags(deps, author, async (tx, tags) => {
    const before = find(tags, tagId);
    const tag = {
      id: tagId,
      name: patch.name ?? before.name,
      colour: patch.colour ?? before.colour,
    };
    requireFree(tags, tag);
    upsertTag(tx, accountId, tag);
    if (tag.name !== before.name) {
      await renameTagOfContacts(tx, { accountId, tag: before }, tag.name);
      await renameInRules(tx, author, before.name, tag.name);
    }
    writeAudit(tx, { ...author, act: "tag.changed", subjectId: tagId, before, after: tag });
    return tag;
  });
  // Contacts may carry what a rule asks for by this name alone.
  deps.signals.line(accountId);
  return changed;
}

/**
 * Deletes a tag, and takes it off every session and contact. Throws `tag_not_found`, and `tag_in_use`
 * while an assignment rule asks for it: without it the rule would never match again.
 */
export async function removeTag(deps: Deps, author: Authored, tagId: string): Promise<void> {
  const { accountId } = author;
  await saveTags(deps, author, async (tx, tags) => {
    const before = find(tags, tagId);
    const rules = await rulesNaming(tx, accountId, before.name);
    if (rules.length > 0) {
      const names = rules.map((rule) => rule.name).join(", ");
      throw new PunctualError("tag_in_use", `These rules ask for the tag: ${names}.`);
    }
    await deleteTag(tx, accountId, before);
    writeAudit(tx, { ...author, act: "tag.deleted", subjectId: tagId, before, after: null });
  });
}

async function saveTags<T>(
  { db, signals }: Deps,
  author: Authored,
  save: (tx: Tx, tags: readonly Tag[]) => T | Promise<T>,
): Promise<T> {
  const { accountId } = author;
  const saved = await db.transaction(async (tx) => {
    await authorizeAuthor(tx, author, "changeTags");
    lockAccount(tx, "tags", accountId);
    const result = await save(tx, await readTags(tx, accountId));
    writeAccountEvent(tx, accountId, { type: "tags.updated", payload: {} });
    return result;
  });
  signals.events();
  return saved;
}

function find(tags: readonly Tag[], tagId: string): Tag {
  const tag = tags.find(({ id }) => id === tagId);
  if (tag === undefined) throw new PunctualError("tag_not_found");
  return tag;
}

function requireFree(tags: readonly Tag[], { id, name }: Tag): void {
  const same = tags.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (same !== undefined && same.id !== id) throw new PunctualError("tag_exists");
}

async function rulesNaming(tx: Tx, accountId: string, name: string) {
  lockAccount(tx, "rules", accountId);
  const rules = await readRules(tx, accountId);
  return rules.filter(({ conditions }) => conditions.tags?.includes(name) === true);
}

async function renameInRules(tx: Tx, author: Authored, from: string, to: string): Promise<void> {
  const rules = await rulesNaming(tx, author.accountId, from);
  for (const rule of rules) {
    const tags = rule.conditions.tags?.map((name) => (name === from ? to : name)) ?? [];
    saveRule(tx, author, rule, { ...rule, conditions: { ...rule.conditions, tags } });
  }
  if (rules.length === 0) return;
  writeAccountEvent(tx, author.accountId, { type: "assignmentRules.updated", payload: {} });
}
