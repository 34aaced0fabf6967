import { PunctualError } from "@punctual/contract";
import { unknownSettings } from "./require-settings.ts";

type Tree = Record<string, unknown>;

/**
 * Lays `path.to.field=value` over settings. A value is JSON, or else the text itself.
 * @param base settings whose fields a section takes over when it didn't exist before (an override
 * that begins).
 */
export function parseAssignments(
  settings: Readonly<Tree>,
  assignments: readonly string[],
  base: Readonly<Tree>,
): Tree {
  const result: Tree = structuredClone({ ...settings });
  for (const assignment of assignments) {
    const { path, value } = parseAssignment(assignment);
    const [section = "", field, ...deeper] = path;
    if (field === undefined) {
      result[section] = value;
    } else if (deeper.length === 0) {
      result[section] = { ...Object(result[section] ?? base[section]), [field]: value };
    } else {
      throw unknownSettings([path.join(".")]);
    }
  }
  return result;
}

function parseAssignment(assignment: string): { path: string[]; value: unknown } {
  const at = assignment.indexOf("=");
  if (at < 1) {
    throw new PunctualError(
      "validation_failed",
      `"${assignment}" says nothing. Write it as closure.afterMinutes=30.`,
    );
  }
  return { path: assignment.slice(0, at).split("."), value: parseValue(assignment.slice(at + 1)) };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
