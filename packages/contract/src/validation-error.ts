import { PunctualError } from "./errors.ts";

/** What zod found wrong with a value. */
export interface ValidationIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of our own checks; `contradiction`: each value is fine, but not with another one. */
  readonly params?: { readonly contradiction?: unknown } | undefined;
}

/**
 * The error of a value that a schema refused: `settings_invalid` if all that is wrong is that settings
 * contradict each other, else `validation_failed`. Names each field once, with its first problem.
 */
export function validationError(
  issues: readonly ValidationIssue[],
  under: readonly string[] = [],
): PunctualError {
  const byPath = new Map<string, string>();
  for (const { path, message } of issues) {
    const name = [...under, ...path].join(".");
    if (!byPath.has(name)) byPath.set(name, message);
  }
  const errors = [...byPath].map(([path, message]) => ({ path, message }));
  const [first] = errors;
  const detail =
    first === undefined || first.path === "" ? first?.message : `${first.path}: ${first.message}`;
  const contradicts = issues.every(({ params }) => params?.contradiction === true);
  return new PunctualError(contradicts ? "settings_invalid" : "validation_failed", detail, {
    errors,
  });
}
