import type { BusinessNumber } from "../state.ts";
import { GraphError } from "./graph-error.ts";
import { TemplateContent } from "./message-schemas.ts";

/**
 * Compares a template message with the templates that exist, if any were registered.
 *
 * @throws GraphError 132001 when there is none of that name and language, 132000 when the number of
 *   the
 *   body's variables differs.
 */
export function checkTemplate(number: BusinessNumber, content: unknown): void {
  if (number.templates === null) return;
  const { name, language, components = [] } = TemplateContent.parse(content);
  const template = number.templates.find(
    (known) => known.name === name && known.language === language.code,
  );
  if (!template) {
    throw new GraphError(132001, `Template name (${name}) does not exist in ${language.code}.`);
  }
  const body = components.find((component) => component.type === "body");
  const given = body?.parameters?.length ?? 0;
  if (given !== template.bodyParameters) {
    const details = `body: ${given} parameters given, ${template.bodyParameters} expected.`;
    throw new GraphError(132000, details);
  }
}
