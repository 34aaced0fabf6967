/** Escapes under which text may hold what PostgreSQL refuses: NUL, and halves of surrogate pairs. */
const SUSPICIOUS = /\\u0000|\\ud[89a-f]/i;

/**
 * Parses JSON from outside. NUL characters are dropped and lone surrogates replaced, since PostgreSQL can
 * store neither and one odd character must not cost a message. Throws `SyntaxError` when it isn't JSON.
 */
export function parseForeignJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return SUSPICIOUS.test(text) ? cleaned(value) : value;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cleaned(each)]));
}
