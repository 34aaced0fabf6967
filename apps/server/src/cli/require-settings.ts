import { type ClockOverride, type ClockSettings, PunctualError } from "@punctual/contract";

/**
 * Checks clock settings as they were typed, before the action does: every setting that doesn't exist
 * or can't have its value is named, with what would be right. Throws `validation_failed`. Settings
 * that only contradict each other are left to the action.
 */
export function requireSettings(
  settings: Readonly<Record<string, unknown>>,
  schema: typeof ClockSettings | typeof ClockOverride,
): void {
  const issues = schema.safeParse(settings).error?.issues ?? [];
  const unknown = issues.flatMap(({ path, ...issue }) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key].join(".")) : [],
  );
  if (unknown.length > 0) throw unknownSettings(unknown);
  const wrong = issues.filter(({ code }) => code !== "custom");
  if (wrong.length === 0) return;
  const sentences = wrong.map(({ path, message }) => sentenceOf(settings, path, message));
  throw new PunctualError("validation_failed", [...new Set(sentences)].join("\n"));
}

type Section = keyof ClockSettings;
type Setting = { [S in Section]: `${S}.${keyof ClockSettings[S] & string}` }[Section];

const MINUTES = "whole minutes from 1 to 43200 (30 days)";

/** Every setting, and what it takes (clock.md §2). */
const TAKES: Readonly<Record<Setting, string>> = {
  "closure.enabled": "true or false",
  "closure.afterMinutes": MINUTES,
  "closure.message": "a text of up to 4096 characters, or null",
  "closure.outsideWindow": '"silent", or {"template":{"name":"…","language":"…"}}',
  "closure.reopenWithinMinutes": `${MINUTES}, or null`,
  "reassign.enabled": "true or false",
  "reassign.afterMinutes": MINUTES,
  "reassign.maxPerWait": "a whole number from 1 to 100",
  "reply.enabled": "true or false",
  "reply.limitMinutes": MINUTES,
  "reply.warnMinutes": `${MINUTES}, fewer than the limit`,
  "reply.countFrom": "customerMessage or firstAssignment",
};

/** `validation_failed`: names these, and lists the settings that exist. */
export function unknownSettings(names: readonly string[]): PunctualError {
  const width = Math.max(...Object.keys(TAKES).map((name) => name.length));
  const list = Object.entries(TAKES).map(([name, takes]) => `  ${name.padEnd(width)}  ${takes}`);
  const sentences = names.map((name) => `There is no setting ${name}.`);
  return new PunctualError(
    "validation_failed",
    [...sentences, "The settings are:", ...list].join("\n"),
  );
}

function sentenceOf(
  settings: Readonly<Record<string, unknown>>,
  path: readonly PropertyKey[],
  message: string,
): string {
  const name = path.slice(0, 2).join(".");
  const takes = name in TAKES ? TAKES[name as Setting] : undefined;
  if (takes === undefined) return `${path.join(".")}: ${message}`;
  const [section = "", field = ""] = path.map(String);
  const value: unknown = Object(settings[section])[field];
  const found = value === undefined ? "is missing" : `can't be ${JSON.stringify(value)}`;
  return `${name} ${found}. It takes ${takes}.`;
}
