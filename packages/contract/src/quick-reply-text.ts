/**
 * Variables in texts that people prepare, such as `{{contact.firstName}}`. A value that isn't known
 * becomes a neutral word, so that no braces ever reach a customer, whatever the text or a name contains.
 */

export interface QuickReplyVariables {
  readonly contactName: string | null;
  readonly agentName: string | null;
}

/** A quick reply as it goes into the composer. */
export function fillQuickReply(text: string, variables: QuickReplyVariables): string {
  const filled = text.replace(VARIABLE, (_, name: string) => VALUES.get(name)?.(variables) ?? "");
  return filled.replace(BRACES, "");
}

/** What is wrong with a quick reply, as sentences for whoever saves it; empty: nothing. */
export function quickReplyProblems(text: string): string[] {
  const known = [...VALUES.keys()].map((name) => `{{${name}}}`).join(", ");
  const unknown = [...text.matchAll(VARIABLE)].flatMap(([, name = ""]) =>
    VALUES.has(name) ? [] : name,
  );
  const problems = [...new Set(unknown)].map(
    (name) => `{{${name}}} is not a variable of a quick reply: use ${known}.`,
  );
  const isBroken = text.replace(VARIABLE, "").search(BRACES) !== -1;
  if (isBroken) problems.push("A variable is not written out: it begins with {{ and ends with }}.");
  return problems;
}

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const BRACES = /\{\{|\}\}/g;

const VALUES: ReadonlyMap<string, (variables: QuickReplyVariables) => string> = new Map([
  ["contact.name", ({ contactName }) => known(contactName) ?? "there"],
  ["contact.firstName", ({ contactName }) => known(contactName)?.split(/\s+/)[0] ?? "there"],
  ["agent.name", ({ agentName }) => known(agentName) ?? "our team"],
]);

function known(value: string | null): string | null {
  const text = value?.replace(BRACES, "").trim();
  return text === undefined || text === "" ? null : text;
}
