import { z } from "zod";

/**
 * What is wrong with a value, as a sentence for people. Zod asks for it wherever a schema has no
 * words of its own; `undefined` leaves zod's.
 */
export function explainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? REQUIRED : `It must be ${typeName(issue.expected)}.`;
    case "invalid_value":
      return issue.input === undefined ? REQUIRED : choose(issue.values);
    case "invalid_union":
      return explainUnion(issue);
    case "invalid_format":
      return FORMATS[issue.format] ?? "It does not have the right form.";
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case "too_big":
      return `It ${limit(issue.origin, "most", Number(issue.maximum), issue.inclusive !== false)}.`;
    case "unrecognized_keys":
      return `${issue.keys.map(quote).join(", ")} ${issue.keys.length === 1 ? "is" : "are"} not known here.`;
    case "not_multiple_of":
      return `It must be a multiple of ${issue.divisor}.`;
    case "invalid_key":
      return "One of its keys is not valid.";
    case "invalid_element":
      return "One of its entries is not valid.";
    default:
      return undefined;
  }
}

// Schemas are parsed in many places, some behind other packages: this one setting serves them all.
z.config({ customError: explainIssue });

const REQUIRED = "It is required.";

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: "It must be an id such as 01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b.",
  email: "It must be an e-mail address such as ann@example.com.",
  datetime: "It must be a time such as 2026-03-01T09:30:00Z.",
  url: "It must be an address such as https://example.com.",
};

function typeName(expected: string): string {
  return TYPES[expected] ?? expected;
}

function choose(values: readonly z.core.util.Primitive[]): string {
  const choices = values.map(quote).join(", ");
  return values.length === 1 ? `It must be ${choices}.` : `It must be one of ${choices}.`;
}

function explainUnion(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const { input, discriminator, options } = { options: undefined, ...issue };
  if (input === undefined) return REQUIRED;
  if (discriminator !== undefined && options !== undefined) return choose(options);
  const sentences = issue.errors.flatMap(([first]) => (first === undefined ? [] : first.message));
  return sentences.length === 0 ? "It is not valid." : [...new Set(sentences)].join(" Or: ");
}

function tooSmall(origin: string, minimum: number, inclusive: boolean): string {
  const hasParts = origin === "string" || origin === "array";
  if (hasParts && minimum === 1 && inclusive) return "It must not be empty.";
  return `It ${limit(origin, "least", minimum, inclusive)}.`;
}

function limit(origin: string, end: "least" | "most", size: number, inclusive: boolean): string {
  const beyond = end === "least" ? "more than" : "less than";
  const amount = `${inclusive ? `at ${end}` : beyond} ${size}`;
  if (origin === "string") return `must have ${amount} characters`;
  if (origin === "array" || origin === "set") return `must have ${amount} entries`;
  return `must be ${amount}`;
}

function quote(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
