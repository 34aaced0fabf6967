/** The end-of-session message as the customer will read it, and what is wrong with it. Pure. */

export const END_MESSAGE_VARIABLES = [
  "contact.firstName",
  "contact.name",
  "agent.name",
  "business.name",
] as const;
export type EndMessageVariable = (typeof END_MESSAGE_VARIABLES)[number];

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const BRACES = /\{\{|\}\}/;

/** @param values what stands for each variable in the preview */
export function previewEndMessage(
  template: string,
  values: Readonly<Record<EndMessageVariable, string>>,
): string {
  return template.replace(VARIABLE, (_, name: string) => (isVariable(name) ? values[name] : ""));
}

/** The names that are no variables, and whether one isn't written out. */
export function endMessageProblems(template: string): {
  readonly unknown: readonly string[];
  readonly isBroken: boolean;
} {
  const names = [...template.matchAll(VARIABLE)].map(([, name = ""]) => name);
  return {
    unknown: [...new Set(names.filter((name) => !isVariable(name)))],
    isBroken: BRACES.test(template.replace(VARIABLE, "")),
  };
}

function isVariable(name: string): name is EndMessageVariable {
  return (END_MESSAGE_VARIABLES as readonly string[]).includes(name);
}
