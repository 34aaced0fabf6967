/**
 * Lists of sessions, as one screen keeps them: which sessions a view shows, in which order, and how far
 * it has been loaded. Pure. The server's order is repeated here (`store/read-sessions.ts`), so that an event
 * moves a row without asking the server again.
 */
import type { Session } from "@punctual/contract";

/** What a view asks for: the query of `GET /sessions`. */
export interface ViewQuery {
  readonly state: "open" | "closed" | "all";
  readonly sort: "nextDeadline" | "longestWaiting" | "newest";
  /** A member's id, "me" or "none". */
  readonly assignee?: string;
  readonly team?: string;
  readonly channel?: string;
  readonly tag?: string;
  readonly category?: string;
  readonly text?: string;
  readonly overdue?: true;
  readonly dueSoon?: true;
  readonly joined?: true;
  readonly needsReview?: true;
  readonly parked?: true;
}

export interface SessionList {
  readonly query: ViewQuery;
  /** In the order of the view. */
  readonly ids: readonly string[];
  /** Leads on; `null`: all of it is here. */
  readonly nextCursor: string | null;
}

export interface Viewpoint {
  readonly memberId: string;
  /** Epoch milliseconds, by the server's clock. */
  readonly now: number;
}

type Sessions = ReadonlyMap<string, Session>;

/**
 * Whether the view shows the session; `null` where only the server can tell (a search, a tag's id, whom
 * somebody helps).
 */
export function belongs(query: ViewQuery, session: Session, view: Viewpoint): boolean | null {
  const { state, assignee } = query;
  if (state !== "all" && session.state !== state) return false;
  if (assignee === "none" && session.assigneeId !== null) return false;
  if (assignee === "me" && session.assigneeId !== view.memberId) return false;
  if (isId(assignee) && session.assigneeId !== assignee) return false;
  if (query.team !== undefined && session.teamId !== query.team) return false;
  if (query.channel !== undefined && session.channelId !== query.channel) return false;
  if (query.overdue && !session.overdue) return false;
  if (query.dueSoon && !isDueSoon(session, view.now)) return false;
  if (query.needsReview && !session.needsReview) return false;
  if (query.category !== undefined && session.category?.id !== query.category) return false;
  const onlyTheServerKnows = query.text ?? query.tag ?? query.joined ?? query.parked;
  return onlyTheServerKnows === undefined ? true : null;
}

/** In the warning window: past the warning, before the limit. */
export function isDueSoon(session: Session, now: number): boolean {
  const { overdueAt, warnAt } = session.deadlines;
  if (session.overdue || overdueAt === null) return false;
  // A warning that was given has no deadline any more.
  return warnAt === null ? session.wait !== null : Date.parse(warnAt) <= now;
}

/** Puts a session where it belongs in the list, or takes it out. The list itself if nothing changed. */
export function place(
  list: SessionList,
  session: Session,
  sessions: Sessions,
  view: Viewpoint,
): SessionList {
  const shown = belongs(list.query, session, view);
  const at = list.ids.indexOf(session.id);
  if (shown === null && at === -1) return list;
  const others = at === -1 ? list.ids : list.ids.filter((id) => id !== session.id);
  if (shown === false) return at === -1 ? list : { ...list, ids: others };
  const index = placeIn(others, session, list.query, sessions);
  // Behind the last one that is loaded it comes with its page.
  if (index === others.length && list.nextCursor !== null && others.length > 0) {
    return at === -1 ? list : { ...list, ids: others };
  }
  if (index === at) return list;
  return { ...list, ids: [...others.slice(0, index), session.id, ...others.slice(index)] };
}

/** Adds the page that the server gave for `nextCursor`. */
export function addPage(
  list: SessionList,
  page: { readonly ids: readonly string[]; readonly nextCursor: string | null },
): SessionList {
  const known = new Set(list.ids);
  const ids = [...list.ids, ...page.ids.filter((id) => !known.has(id))];
  return { ...list, ids, nextCursor: page.nextCursor };
}

export function remove(list: SessionList, id: string): SessionList {
  return list.ids.includes(id) ? { ...list, ids: list.ids.filter((one) => one !== id) } : list;
}

/** Where it would stand: the first place whose session comes after it. */
function placeIn(
  ids: readonly string[],
  session: Session,
  query: ViewQuery,
  sessions: Sessions,
): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sessions.get(ids[middle] ?? "");
    if (other !== undefined && compareSessions(query, other, session) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The server's order: open ones before closed ones, which are always newest first. */
export function compareSessions(query: ViewQuery, a: Session, b: Session): number {
  if (query.sort === "newest") return compareIds(b, a);
  if (a.state !== b.state) return a.state === "open" ? -1 : 1;
  if (a.state === "closed") return compareIds(b, a);
  const difference = sortTime(query, a) - sortTime(query, b);
  return difference === 0 || Number.isNaN(difference) ? compareIds(a, b) : difference;
}

function sortTime({ sort }: ViewQuery, session: Session): number {
  const deadline = session.wait?.overdueSinceAt ?? session.nextDueAt;
  const at = sort === "nextDeadline" ? deadline : (session.wait?.startedAt ?? null);
  return at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at);
}

/** Ids grow with the time of opening. */
function compareIds(a: Session, b: Session): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function isId(assignee: string | undefined): assignee is string {
  return assignee !== undefined && assignee !== "me" && assignee !== "none";
}
