/** The views that everybody has, and what each asks the server. Pure. */
import type { ViewQuery } from "../sessions/session-list.data.ts";

export const VIEWS = {
  mine: { state: "open", assignee: "me", sort: "nextDeadline" },
  unassigned: { state: "open", assignee: "none", sort: "longestWaiting" },
  overdue: { state: "open", overdue: true, sort: "longestWaiting" },
  "due-soon": { state: "open", dueSoon: true, sort: "nextDeadline" },
  all: { state: "open", sort: "nextDeadline" },
  closed: { state: "closed", sort: "newest" },
} as const satisfies Record<string, ViewQuery>;

export type ViewName = keyof typeof VIEWS;

export function isViewName(name: string): name is ViewName {
  return name in VIEWS;
}
