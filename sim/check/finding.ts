/** Something that must never happen, and did, before it is known where. */
export interface Finding {
  /** The section and rule of clock.md. */
  readonly rule: string;
  readonly what: string;
}

/** The finding, if the rule is broken. */
export function when(rule: string, broken: boolean, what: string): readonly Finding[] {
  return broken ? [{ rule, what }] : [];
}
