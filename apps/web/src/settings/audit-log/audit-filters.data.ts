/** What the audit log shows, as it stands in the page's address. Pure. */

export interface AuditFilters {
  readonly member?: string;
  readonly act?: string;
  /** Days as the viewer's calendar has them, such as `2026-11-23`; both are included. */
  readonly from?: string;
  readonly until?: string;
}

const NAMES = ["member", "act", "from", "until"] as const;

/** Takes what an address or a form gives; what is empty is no filter. */
export function auditFiltersOf(given: Readonly<Record<string, unknown>>): AuditFilters {
  const chosen = NAMES.map((name) => [name, given[name]] as const);
  return Object.fromEntries(
    chosen.filter(([, value]) => typeof value === "string" && value !== ""),
  );
}
