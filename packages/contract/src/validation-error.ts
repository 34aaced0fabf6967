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

/** A field of a request, and what is wrong with it. */
export interface FieldError {
  /** As in `target.members.0`. */
  readonly path: string;
  readonly message: string;
}

/** The error `validation_failed` of one field. */
export function fieldError(path: string, message: string): PunctualError {
  return new PunctualError("validation_failed", message, { errors: [{ path, message }] });
}

/** Throws `validation_failed` with these, unless there are none. Says in words what the first is. */
export function throwFieldErrors(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  throw new PunctualError("validation_failed", errors[0]?.message, { errors });
}

/** The entries of a list at `path` that are not known, each by its index. */
export function unknownEntries(
  path: string,
  entries: readonly string[],
  isKnown: (entry: string) => boolean,
  message: string,
): FieldError[] {
  return entries.flatMap((entry, index) =>
    isKnown(entry) ? [] : [{ path: `${path}.${index}`, message }],
  );
}
