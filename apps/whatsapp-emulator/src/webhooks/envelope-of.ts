import { isJsonObject, type JsonObject } from "../json.ts";
import type { Update } from "./update.ts";

/**
 * How several updates share a POST: neighbours of one number and kind in one `messages` or
 * `statuses` array, each in its own change, or each in its own entry. Meta may do any of them
 * (`channels.md` A4).
 */
export type BatchShape = "messages" | "changes" | "entries";

interface Entry {
  readonly id: string;
  readonly time?: number;
  readonly changes: { readonly value: JsonObject; readonly field: string }[];
}

/** The body of a webhook for these updates, in their order (`channels.md` A5). */
export function envelopeOf(updates: readonly Update[], shape: BatchShape): JsonObject {
  const entries: Entry[] = [];
  for (const run of runsOf(updates, shape)) {
    const [first] = run;
    if (!first) continue;
    const change = { value: sharedValueOf(run, first), field: first.field };
    const last = entries.at(-1);
    const time = first.time ?? undefined;
    if (shape !== "entries" && last?.id === first.wabaId && last.time === time) {
      last.changes.push(change);
    } else {
      entries.push({
        id: first.wabaId,
        ...(time === undefined ? {} : { time }),
        changes: [change],
      });
    }
  }
  return { object: "whatsapp_business_account", entry: entries };
}

/** Neighbours that may share a value. */
function runsOf(updates: readonly Update[], shape: BatchShape): Update[][] {
  const runs: Update[][] = [];
  for (const update of updates) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && shape === "messages" && shareValue(before, update)) run.push(update);
    else runs.push([update]);
  }
  return runs;
}

function shareValue(one: Update, other: Update): boolean {
  const key = listKeyOf(one);
  return key !== null && key === listKeyOf(other) && one.phoneNumberId === other.phoneNumberId;
}

/** A value carries messages or statuses, never both. */
function listKeyOf({ value }: Update): "messages" | "statuses" | null {
  if (Array.isArray(value.messages)) return "messages";
  return Array.isArray(value.statuses) ? "statuses" : null;
}

function sharedValueOf(run: readonly Update[], first: Update): JsonObject {
  const key = listKeyOf(first);
  if (run.length === 1 || key === null) return first.value;
  const contacts = uniqueContacts(run.flatMap(({ value }) => listOf(value, "contacts")));
  const { messaging_product, metadata } = first.value;
  return {
    messaging_product,
    metadata,
    ...(contacts.length === 0 ? {} : { contacts }),
    [key]: run.flatMap(({ value }) => listOf(value, key)),
  };
}

function uniqueContacts(contacts: readonly unknown[]): unknown[] {
  const unique = new Map<string, unknown>();
  for (const contact of contacts) {
    const ids = isJsonObject(contact) ? [contact.user_id, contact.wa_id] : contact;
    unique.set(JSON.stringify(ids), contact);
  }
  return [...unique.values()];
}

function listOf(value: JsonObject, key: string): readonly unknown[] {
  const list = value[key];
  return Array.isArray(list) ? list : [];
}
