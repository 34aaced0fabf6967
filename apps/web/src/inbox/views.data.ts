/** The views of the inbox, and what each asks the server. Pure. */
import type { SavedView, SessionCounts } from "@punctual/contract";
import type { ViewQuery } from "../sessions/session-list.data.ts";

/** Those that everybody has, in their order. */
export const VIEWS = {
  mine: { state: "open", assignee: "me", sort: "nextDeadline" },
  unassigned: { state: "open", assignee: "none", sort: "longestWaiting" },
  overdue: { state: "open", overdue: true, sort: "longestWaiting" },
  "due-soon": { state: "open", dueSoon: true, sort: "nextDeadline" },
  all: { state: "open", sort: "nextDeadline" },
  closed: { state: "closed", sort: "newest" },
} as const satisfies Record<string, ViewQuery>;

export type ViewName = keyof typeof VIEWS;

/** What the address says beside the view. */
export interface ViewSearch {
  readonly sort?: ViewQuery["sort"];
  readonly channel?: string;
  readonly team?: string;
  readonly tag?: string;
  readonly category?: string;
  readonly assignee?: string;
  readonly text?: string;
}

const SORTS = ["nextDeadline", "longestWaiting", "newest"] as const;
const FILTERS = ["channel", "team", "tag", "category", "assignee", "text"] as const;
/** The server asks for as many letters. */
const SHORTEST_TEXT = 2;

/** Takes what it knows from an address; the rest is nothing to it. */
export function parseViewSearch(search: Record<string, unknown>): ViewSearch {
  const sort = SORTS.find((one) => one === search.sort);
  const given = FILTERS.flatMap((name) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(given), ...(sort === undefined ? {} : { sort }) };
}

/** The question that a view with its filters puts; a saved view's own, where it is one. */
export function queryOf(
  view: string,
  search: ViewSearch,
  saved: readonly SavedView[] | undefined,
): ViewQuery {
  const base = isViewName(view) ? VIEWS[view] : savedQuery(saved?.find(({ id }) => id === view));
  const { text, ...others } = search;
  return { ...base, ...others, ...(isSearchable(text) ? { text } : {}) };
}

function savedQuery(view: SavedView | undefined): ViewQuery {
  if (view === undefined) return VIEWS.all;
  const { overdue, dueSoon, state = "open", ...filters } = view.filters;
  const set = Object.entries(filters).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(set),
    state,
    sort: view.sort,
    ...(overdue === true ? { overdue } : {}),
    ...(dueSoon === true ? { dueSoon } : {}),
  };
}

/** What is kept of a question when it is saved as a view. */
export function filtersOf({ sort: _sort, ...filters }: ViewQuery): SavedView["filters"] {
  const { joined: _joined, needsReview: _review, parked: _parked, ...kept } = filters;
  return kept;
}

/** How many sessions a view holds; `null` where nobody counts them. */
export function countOf(view: string, counts: SessionCounts): number | null {
  switch (view) {
    case "mine":
      return counts.mine;
    case "unassigned":
      return counts.unassigned;
    case "overdue":
      return counts.overdue;
    case "due-soon":
      return counts.dueSoon;
    case "all":
      return counts.open;
    default:
      return null;
  }
}

export function isViewName(name: string): name is ViewName {
  return Object.hasOwn(VIEWS, name);
}

function isSearchable(text: string | undefined): text is string {
  return text !== undefined && text.trim().length >= SHORTEST_TEXT;
}
