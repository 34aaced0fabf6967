import { type Category, MAX_TAGS, PunctualError } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { archiveCategory, readCategories, upsertCategory } from "../store/categories.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/** Throws `category_exists` and `catalogue_full`. */
export async function createCategory(
  deps: Deps,
  author: Authored,
  name: string,
): Promise<Category> {
  return await saveCategories(deps, author, (tx, categories) => {
    const category = { id: newId(), name };
    requireFree(categories, category);
    if (categories.length >= MAX_TAGS) throw new PunctualError("catalogue_full");
    upsertCategory(tx, author.accountId, category);
    const of = { ...author, subjectId: category.id };
    writeAudit(tx, { ...of, act: "category.created", before: null, after: category });
    return category;
  });
}

/** Throws `category_not_found` and `category_exists`. */
export async function renameCategory(
  deps: Deps,
  author: Authored,
  category: Category,
): Promise<Category> {
  return await saveCategories(deps, author, (tx, categories) => {
    const before = find(categories, category.id);
    requireFree(categories, category);
    upsertCategory(tx, author.accountId, category);
    const of = { ...author, subjectId: category.id };
    writeAudit(tx, { ...of, act: "category.changed", before, after: category });
    return category;
  });
}

/** Offers it no longer; sessions that have it keep it. Throws `category_not_found`. */
export async function removeCategory(
  deps: Deps,
  author: Authored,
  categoryId: string,
): Promise<void> {
  await saveCategories(deps, author, (tx, categories) => {
    const before = find(categories, categoryId);
    archiveCategory(tx, author.accountId, categoryId);
    const of = { ...author, subjectId: categoryId };
    writeAudit(tx, { ...of, act: "category.deleted", before, after: null });
  });
}

async function saveCategories<T>(
  { db, signals }: Deps,
  author: Authored,
  save: (tx: Tx, categories: readonly Category[]) => T,
): Promise<T> {
  const { accountId } = author;
  const saved = await db.transaction(async (tx) => {
    await authorizeAuthor(tx, author, "changeTags");
    lockAccount(tx, "tags", accountId);
    const result = save(tx, await readCategories(tx, accountId));
    writeAccountEvent(tx, accountId, { type: "categories.updated", payload: {} });
    return result;
  });
  signals.events();
  return saved;
}

function find(categories: readonly Category[], categoryId: string): Category {
  const category = categories.find(({ id }) => id === categoryId);
  if (category === undefined) throw new PunctualError("category_not_found");
  return category;
}

function requireFree(categories: readonly Category[], { id, name }: Category): void {
  const same = categories.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (same !== undefined && same.id !== id) throw new PunctualError("category_exists");
}
