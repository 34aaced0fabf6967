/**
 * The clock's settings as fields of a form: flat, so that what differs, what is wrong and what a colleague
 * changed meanwhile are each a matter of one field, named as the server names it. Pure.
 */
import type { ClockOverride, ClockSettings, TemplateRef } from "@punctual/contract";
import { parseMinutes } from "./minutes.data.ts";

export const PARTS = ["closure", "reassign", "reply"] as const;
export type Part = (typeof PARTS)[number];

export interface ClockFields {
  /** Whether this scope has the setting of its own; that of all channels always has. */
  readonly "closure.own": boolean;
  readonly "closure.enabled": boolean;
  readonly "closure.afterMinutes": string;
  readonly "closure.message": string;
  readonly "closure.outsideWindow": "silent" | "template";
  readonly "closure.templateName": string;
  readonly "closure.templateLanguage": string;
  /** Empty: never. */
  readonly "closure.reopenWithinMinutes": string;
  readonly "reassign.own": boolean;
  readonly "reassign.enabled": boolean;
  readonly "reassign.afterMinutes": string;
  readonly "reassign.maxPerWait": string;
  readonly "reply.own": boolean;
  readonly "reply.enabled": boolean;
  readonly "reply.limitMinutes": string;
  readonly "reply.warnMinutes": string;
  readonly "reply.countFrom": "customerMessage" | "firstAssignment";
}
export type FieldName = keyof ClockFields;

/** In the order of the page. */
export const FIELD_NAMES: readonly FieldName[] = [
  "closure.own",
  "closure.enabled",
  "closure.afterMinutes",
  "closure.message",
  "closure.outsideWindow",
  "closure.templateName",
  "closure.templateLanguage",
  "closure.reopenWithinMinutes",
  "reassign.own",
  "reassign.enabled",
  "reassign.afterMinutes",
  "reassign.maxPerWait",
  "reply.own",
  "reply.enabled",
  "reply.limitMinutes",
  "reply.warnMinutes",
  "reply.countFrom",
];

const MINUTE_FIELDS: ReadonlySet<FieldName> = new Set<FieldName>([
  "closure.afterMinutes",
  "closure.reopenWithinMinutes",
  "reassign.afterMinutes",
  "reply.limitMinutes",
  "reply.warnMinutes",
]);

/** @param inherited what holds where a part is null */
export function fieldsOf(settings: ClockOverride, inherited: ClockSettings): ClockFields {
  const closure = settings.closure ?? inherited.closure;
  const reassign = settings.reassign ?? inherited.reassign;
  const reply = settings.reply ?? inherited.reply;
  const template = closure.outsideWindow === "silent" ? null : closure.outsideWindow.template;
  return {
    "closure.own": settings.closure !== null,
    "closure.enabled": closure.enabled,
    "closure.afterMinutes": String(closure.afterMinutes),
    "closure.message": closure.message ?? "",
    "closure.outsideWindow": template === null ? "silent" : "template",
    "closure.templateName": template?.name ?? "",
    "closure.templateLanguage": template?.language ?? "",
    "closure.reopenWithinMinutes": String(closure.reopenWithinMinutes ?? ""),
    "reassign.own": settings.reassign !== null,
    "reassign.enabled": reassign.enabled,
    "reassign.afterMinutes": String(reassign.afterMinutes),
    "reassign.maxPerWait": String(reassign.maxPerWait),
    "reply.own": settings.reply !== null,
    "reply.enabled": reply.enabled,
    "reply.limitMinutes": String(reply.limitMinutes),
    "reply.warnMinutes": String(reply.warnMinutes),
    "reply.countFrom": reply.countFrom,
  };
}

/**
 * What is sent to the server. Call it with fields that have no problems.
 *
 * @param kept the template that is saved: what it is filled with isn't shown here and isn't lost
 */
export function settingsOf(fields: ClockFields, kept: TemplateRef | null): ClockOverride {
  const minutes = (name: FieldName) => parseMinutes(String(fields[name])) ?? 0;
  const { "closure.message": message, "closure.reopenWithinMinutes": reopen } = fields;
  return {
    closure: fields["closure.own"]
      ? {
          enabled: fields["closure.enabled"],
          afterMinutes: minutes("closure.afterMinutes"),
          message: message.trim() === "" ? null : message,
          outsideWindow: outsideWindowOf(fields, kept),
          reopenWithinMinutes: reopen.trim() === "" ? null : minutes("closure.reopenWithinMinutes"),
        }
      : null,
    reassign: fields["reassign.own"]
      ? {
          enabled: fields["reassign.enabled"],
          afterMinutes: minutes("reassign.afterMinutes"),
          maxPerWait: Number(fields["reassign.maxPerWait"]),
        }
      : null,
    reply: fields["reply.own"]
      ? {
          enabled: fields["reply.enabled"],
          limitMinutes: minutes("reply.limitMinutes"),
          warnMinutes: minutes("reply.warnMinutes"),
          countFrom: fields["reply.countFrom"],
        }
      : null,
  };
}

function outsideWindowOf(fields: ClockFields, kept: TemplateRef | null) {
  if (fields["closure.outsideWindow"] === "silent") return "silent" as const;
  const name = fields["closure.templateName"].trim();
  const language = fields["closure.templateLanguage"].trim();
  const isKept = kept !== null && kept.name === name && kept.language === language;
  return { template: isKept ? kept : { name, language } };
}

export interface FieldChange {
  readonly field: FieldName;
  readonly from: string | boolean;
  readonly to: string | boolean;
}

/**
 * What differs, field by field. `1h` and `60` don't; nor does anything of a part that both inherit, or of a
 * template where none is sent.
 */
export function changesBetween(before: ClockFields, after: ClockFields): FieldChange[] {
  return FIELD_NAMES.filter((field) => {
    if (meaningOf(before, field) === meaningOf(after, field)) return false;
    return field.endsWith(".own") || isInForce(before, field) || isInForce(after, field);
  }).map((field) => ({ field, from: before[field], to: after[field] }));
}

function meaningOf(fields: ClockFields, field: FieldName): string | boolean | number {
  const value = fields[field];
  if (typeof value === "boolean") return value;
  if (MINUTE_FIELDS.has(field)) return parseMinutes(value) ?? value;
  return value.trim();
}

function isInForce(fields: ClockFields, field: FieldName): boolean {
  if (field.startsWith("closure.template") && fields["closure.outsideWindow"] === "silent") {
    return false;
  }
  return fields[`${partOf(field)}.own`];
}

export function partOf(field: FieldName): Part {
  return PARTS.find((part) => field.startsWith(`${part}.`)) ?? "closure";
}

/** Theirs, with what somebody changed here since `base` laid over it. */
export function keepMine(base: ClockFields, mine: ClockFields, theirs: ClockFields): ClockFields {
  const changed = changesBetween(base, mine).map(({ field, to }) => [field, to]);
  return { ...theirs, ...Object.fromEntries(changed) };
}

/** The field that a path of the server's errors means. */
export function fieldAt(path: string): FieldName | null {
  if (path.startsWith("closure.outsideWindow.template.language")) return "closure.templateLanguage";
  if (path.startsWith("closure.outsideWindow.")) return "closure.templateName";
  return FIELD_NAMES.find((field) => field === path) ?? null;
}
