/** What an end-of-session message may say of those concerned; `null` or blank: not known. */
export interface EndMessageVariables {
  readonly contactName: string | null;
  /** Absent: the first word of the contact's name. */
  readonly contactFirstName?: string | null;
  readonly agentName: string | null;
  readonly businessName: string | null;
}

/**
 * Fills in an end-of-session message (clock.md §2). A value that isn't known becomes a neutral word, so
 * that no braces ever reach a customer, whatever the template or a name contains.
 */
export function renderEndMessage(template: string, variables: EndMessageVariables): string {
  const filled = template.replace(
    VARIABLE,
    (_, name: string) => VALUES.get(name)?.(variables) ?? "",
  );
  return filled.replace(BRACES, "").trim();
}

/**
 * What is wrong with an end-of-session message, as sentences for whoever saves it; empty: nothing. A
 * message without text is no problem: it means that none is sent.
 */
export function endMessageProblems(template: string): string[] {
  const known = [...VALUES.keys()].map((name) => `{{${name}}}`).join(", ");
  const unknown = [...template.matchAll(VARIABLE)].flatMap(([, name = ""]) =>
    VALUES.has(name) ? [] : name,
  );
  const problems = [...new Set(unknown)].map(
    (name) => `{{${name}}} is not a variable of this message: use ${known}.`,
  );
  const isBroken = template.replace(VARIABLE, "").search(BRACES) !== -1;
  if (isBroken) problems.push("A variable is not written out: it begins with {{ and ends with }}.");
  return problems;
}

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const BRACES = /\{\{|\}\}/g;

const VALUES: ReadonlyMap<string, (variables: EndMessageVariables) => string> = new Map([
  ["contact.name", ({ contactName }) => known(contactName) ?? "there"],
  [
    "contact.firstName",
    ({ contactFirstName, contactName }) =>
      known(contactFirstName) ?? known(contactName)?.split(/\s+/)[0] ?? "there",
  ],
  ["agent.name", ({ agentName }) => known(agentName) ?? "our team"],
  ["business.name", ({ businessName }) => known(businessName) ?? "our team"],
]);

function known(value: string | null | undefined): string | null {
  const text = value?.replace(BRACES, "").trim();
  return text === undefined || text === "" ? null : text;
}
