/**
 * What is wrong with fields before they are sent: the rules of the contract's `ClockSettings`, told in the
 * viewer's language. A test holds both against each other. Pure.
 */
import type { ClockFields, FieldName } from "./clock-fields.data.ts";
import { partOf } from "./clock-fields.data.ts";
import { endMessageProblems } from "./end-message.data.ts";
import { MOST_MINUTES, parseMinutes } from "./minutes.data.ts";

export type ClockProblem =
  | { readonly kind: "noMinutes" }
  | { readonly kind: "outOfRange" }
  | { readonly kind: "noCount" }
  | { readonly kind: "warnTooLate"; readonly limit: number }
  | { readonly kind: "messageTooLong" }
  | { readonly kind: "unknownVariable"; readonly name: string }
  | { readonly kind: "brokenVariable" }
  | { readonly kind: "required" };

export type ClockProblems = Readonly<Partial<Record<FieldName, ClockProblem>>>;

const MOST_REASSIGNMENTS = 100;
const LONGEST_MESSAGE = 4_096;

/** Fields of parts that are inherited have no problems here. */
export function problemsOf(fields: ClockFields): ClockProblems {
  const found: [FieldName, ClockProblem | null][] = [
    ["closure.afterMinutes", minutesProblem(fields["closure.afterMinutes"])],
    ["closure.reopenWithinMinutes", optionalMinutes(fields["closure.reopenWithinMinutes"])],
    ["closure.message", messageProblem(fields["closure.message"])],
    ["closure.templateName", templateProblem(fields, "closure.templateName", 1)],
    ["closure.templateLanguage", templateProblem(fields, "closure.templateLanguage", 2)],
    ["reassign.afterMinutes", minutesProblem(fields["reassign.afterMinutes"])],
    ["reassign.maxPerWait", countProblem(fields["reassign.maxPerWait"])],
    ["reply.limitMinutes", minutesProblem(fields["reply.limitMinutes"])],
    ["reply.warnMinutes", warnProblem(fields)],
  ];
  return Object.fromEntries(
    found.filter(([field, problem]) => problem !== null && fields[`${partOf(field)}.own`]),
  );
}

function minutesProblem(typed: string): ClockProblem | null {
  const minutes = parseMinutes(typed);
  if (minutes === null) return { kind: "noMinutes" };
  return minutes < 1 || minutes > MOST_MINUTES ? { kind: "outOfRange" } : null;
}

function optionalMinutes(typed: string): ClockProblem | null {
  return typed.trim() === "" ? null : minutesProblem(typed);
}

/** The warning must come before the limit (clock.md §2). */
function warnProblem(fields: ClockFields): ClockProblem | null {
  const limit = parseMinutes(fields["reply.limitMinutes"]);
  const warn = parseMinutes(fields["reply.warnMinutes"]);
  const problem = minutesProblem(fields["reply.warnMinutes"]);
  if (problem !== null || limit === null || warn === null) return problem;
  return warn >= limit ? { kind: "warnTooLate", limit } : null;
}

function countProblem(typed: string): ClockProblem | null {
  const isCount = /^\d{1,3}$/.test(typed.trim());
  const count = Number(typed);
  return isCount && count >= 1 && count <= MOST_REASSIGNMENTS ? null : { kind: "noCount" };
}

function messageProblem(message: string): ClockProblem | null {
  if (message.length > LONGEST_MESSAGE) return { kind: "messageTooLong" };
  const { unknown, isBroken } = endMessageProblems(message);
  const [name] = unknown;
  if (name !== undefined) return { kind: "unknownVariable", name };
  return isBroken ? { kind: "brokenVariable" } : null;
}

function templateProblem(
  fields: ClockFields,
  field: "closure.templateName" | "closure.templateLanguage",
  least: number,
): ClockProblem | null {
  if (fields["closure.outsideWindow"] === "silent") return null;
  return fields[field].trim().length < least ? { kind: "required" } : null;
}
