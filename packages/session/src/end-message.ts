/** What an end-of-session message may speak of. `null`: not known. */
export interface EndMessageVariables {
  readonly contactName: string | null;
  readonly agentName: string | null;
  readonly businessName: string;
}

type Variable = "contact.name" | "contact.firstName" | "agent.name" | "business.name";

const VALUE_OF: Record<Variable, (variables: EndMessageVariables) => string | null> = {
  "contact.name": ({ contactName }) => contactName,
  "contact.firstName": ({ contactName }) => contactName?.trim().split(/\s+/)[0] ?? null,
  "agent.name": ({ agentName }) => agentName,
  "business.name": ({ businessName }) => businessName,
};

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/**
 * The end-of-session message as the customer gets it: `{{contact.firstName}}` and the like replaced by
 * their values. A value that is not known leaves nothing behind, nor the space before it.
 */
export function renderEndMessage(template: string, variables: EndMessageVariables): string {
  return template
    .replace(/ ?\{\{\s*([^{}]*?)\s*\}\}/g, (placeholder, name: string) => {
      const value = isVariable(name) ? VALUE_OF[name](variables) : null;
      if (value === null || value === "") return "";
      return (placeholder.startsWith(" ") ? " " : "") + value;
    })
    .trim();
}

/** What is wrong with a template, one sentence each; empty when it may be saved. */
export function endMessageProblems(template: string): readonly string[] {
  const known = Object.keys(VALUE_OF).map((name) => `{{${name}}}`);
  const names = [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
  const unknown = names.filter((name) => !isVariable(name));
  const problems = unknown.map(
    (name) => `{{${name}}} is not a variable. There are ${known.join(", ")}.`,
  );
  const rest = template.replaceAll(PLACEHOLDER, "");
  if (rest.includes("{{") || rest.includes("}}")) {
    problems.push("A variable is written {{name}}: two braces on each side.");
  }
  return problems;
}

function isVariable(name: string): name is Variable {
  return Object.hasOwn(VALUE_OF, name);
}
