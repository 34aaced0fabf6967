/** Fields and their values in the viewer's words: for the history, and for what a save changes. */
import { type Format, useFormat } from "../../i18n/format.ts";
import { type Translate, useTexts } from "../../i18n/texts.ts";
import type { FieldChange, FieldName } from "./clock-fields.data.ts";
import { parseMinutes } from "./minutes.data.ts";
import { otherTexts } from "./texts.ts";

type T = Translate<NonNullable<(typeof otherTexts)["keys"]>>;

const LABELS = {
  "closure.own": "closureTitle",
  "closure.enabled": "closureTitle",
  "closure.afterMinutes": "closeAfter",
  "closure.message": "message",
  "closure.outsideWindow": "outside",
  "closure.templateName": "templateName",
  "closure.templateLanguage": "templateLanguage",
  "closure.reopenWithinMinutes": "reopen",
  "reassign.own": "reassignTitle",
  "reassign.enabled": "reassignTitle",
  "reassign.afterMinutes": "reassignAfter",
  "reassign.maxPerWait": "maxPerWait",
  "reply.own": "replyTitle",
  "reply.enabled": "replyTitle",
  "reply.limitMinutes": "limit",
  "reply.warnMinutes": "warn",
  "reply.countFrom": "countFrom",
} as const satisfies Record<FieldName, string>;

/** One change in a sentence, such as “Close after: 30 minutes → 1 hour”. */
export function useChangeInWords(): (change: FieldChange) => string {
  const t = useTexts(otherTexts);
  const format = useFormat();
  return ({ field, from, to }) =>
    t("change", {
      field: t(LABELS[field]),
      from: valueInWords(field, from, t, format),
      to: valueInWords(field, to, t, format),
    });
}

function valueInWords(field: FieldName, value: string | boolean, t: T, format: Format): string {
  if (typeof value === "boolean") {
    if (field.endsWith(".own")) return t(value ? "ownYes" : "ownNo");
    return t(value ? "on" : "off");
  }
  switch (value) {
    case "silent":
    case "template":
    case "customerMessage":
    case "firstAssignment":
      return t(value);
    case "":
      return t(field === "closure.reopenWithinMinutes" ? "never" : "none");
  }
  if (field === "reassign.maxPerWait") return t("times", { count: Number(value) });
  const minutes = field.endsWith("Minutes") ? parseMinutes(value) : null;
  return minutes === null ? `“${value}”` : format.minutes(minutes);
}
