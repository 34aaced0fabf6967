/** A template with its variables filled: as the customer sees it, and as the API takes it. Pure. */
import type { MessageTemplate } from "@punctual/contract";

export type Values = Readonly<Record<string, string>>;

/** Names of the fields to fill: those of the header are `header:1`. */
export function fieldsOf({ header, variables }: MessageTemplate): readonly string[] {
  return [...(header?.variables ?? []).map((name) => `header:${name}`), ...variables];
}

/** Header, body and footer with what is filled in; open variables stay as they are written. */
export function previewOfTemplate(template: MessageTemplate, values: Values): string {
  const { header, body, footer } = template;
  const headerText = header?.text ?? null;
  return [
    headerText === null ? null : filled(headerText, values, "header:"),
    filled(body, values, ""),
    footer,
  ]
    .filter((part) => part !== null)
    .join("\n\n");
}

/** The provider's component objects, as `POST …/messages` passes them on. */
export function componentsOf(template: MessageTemplate, values: Values): readonly object[] {
  const { header, variables, namedVariables } = template;
  const parameter = (name: string, prefix: string) => ({
    type: "text",
    text: values[prefix + name] ?? "",
    ...(namedVariables ? { parameter_name: name } : {}),
  });
  const inHeader = (header?.variables ?? []).map((name) => parameter(name, "header:"));
  const inBody = variables.map((name) => parameter(name, ""));
  return [
    ...(inHeader.length === 0 ? [] : [{ type: "header", parameters: inHeader }]),
    ...(inBody.length === 0 ? [] : [{ type: "body", parameters: inBody }]),
  ];
}

function filled(text: string, values: Values, prefix: string): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
    const value = values[prefix + name];
    return value === undefined || value === "" ? whole : value;
  });
}
