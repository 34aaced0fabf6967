/**
 * What the server said → what the screen knows. One place for every type of event (docs/events.md);
 * types that this version doesn't know are passed over.
 */
import type { EventPayload, LiveEvent, Member, Message, Session } from "@punctual/contract";
import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/queries.ts";
import { applyState, openedSession, previewAfter } from "../sessions/session.data.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { ThreadStore } from "../thread/thread-store.ts";

/** What events change. */
export interface Known {
  readonly sessions: SessionStore;
  readonly threads: ThreadStore;
  readonly queries: QueryClient;
  readonly memberId: string;
  /** Sessions that events named and that aren't known yet: to be asked for, soon and together. */
  readonly wanted: (sessionId: string) => void;
  /** Who else wants to hear: the open thread, toasts. */
  readonly listeners: ReadonlySet<(event: LiveEvent) => void>;
}

export function dispatch(event: LiveEvent, known: Known): void {
  apply(event, known);
  for (const listener of known.listeners) listener(event);
}

function apply({ type, payload }: LiveEvent, known: Known): void {
  const { sessions, queries } = known;
  const again = (...queryKeys: readonly (readonly string[])[]) => {
    for (const queryKey of queryKeys) void queries.invalidateQueries({ queryKey });
  };
  switch (type) {
    case "session.opened":
      sessions.put([openedSession(payload)]);
      return;
    case "session.changed":
      known.threads.add(payload.session.id, payload.messages);
      onSession(payload, known);
      return;
    case "session.removed":
      sessions.drop(payload.id);
      return;
    case "session.updated": {
      const { id, ...changes } = payload;
      sessions.change(id, (session) => ({ ...session, ...changes }) as Session);
      void queries.invalidateQueries({ queryKey: keys.session(id), exact: true });
      return;
    }
    case "session.read":
      sessions.change(payload.id, (session) => ({ ...session, unread: payload.unread }));
      return;
    case "session.parked":
      known.wanted(payload.id);
      return;
    case "message.updated":
      onMessage(payload, known);
      return;
    case "member.updated":
      onMember(payload.member, known);
      return;
    case "team.created":
    case "team.updated":
      queries.setQueryData<Item[]>(keys.teams, (teams) => withItem(teams, payload.team));
      return;
    case "team.deleted":
      queries.setQueryData<Item[]>(keys.teams, (teams) =>
        teams?.filter(({ id }) => id !== payload.id),
      );
      return;
    case "contact.updated":
      again(keys.contact(payload.id));
      return;
    default:
      again(...(STALE_AFTER[type] ?? []));
  }
}

/** Events that say no more than "load again". Types that this version doesn't know are passed over. */
const STALE_AFTER: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "access.changed": [keys.me],
  "account.updated": [keys.me],
  "settings.saved": [keys.clock],
  "assignmentRules.updated": [keys.rules],
  "businessHours.updated": [keys.businessHours],
  "presenceSettings.updated": [keys.presenceSettings],
  "tags.updated": [keys.tags],
  "categories.updated": [keys.categories],
  "closingRequirements.updated": [keys.closingRequirements],
  "quickReplies.updated": [keys.quickReplies],
  "savedViews.updated": [keys.savedViews],
  "channel.updated": [keys.channels],
  "notification.created": [keys.notifications],
  "notification.read": [keys.notifications],
  "notification.withdrawn": [keys.notifications],
};

function onSession({ session: state, messages }: EventPayload<"session.changed">, known: Known) {
  const isKnown = known.sessions.change(state.id, (session) => ({
    ...applyState(session, state),
    ...previewAfter(session, messages),
    unread: session.unread || messages.some((message) => speaks(message, known.memberId)),
  }));
  if (!isKnown) known.wanted(state.id);
}

/** The customer, or a colleague's note. */
function speaks({ kind, authorId }: Message, memberId: string): boolean {
  return kind === "inbound" || (kind === "note" && authorId !== memberId);
}

function onMessage(change: EventPayload<"message.updated">, known: Known): void {
  const { sessions, threads } = known;
  threads.changeMessage(change);
  sessions.change(change.sessionId, (session) => {
    const { preview } = session;
    if (preview === null || preview.messageId !== change.id) return session;
    const delivery = change.delivery?.state ?? preview.delivery;
    const deleted = preview.deleted || change.deletedAt !== undefined;
    return { ...session, preview: { ...preview, delivery, deleted } };
  });
}

function onMember(member: Omit<Member, "openSessions">, { queries, memberId }: Known): void {
  queries.setQueryData<Item[]>(keys.members, (members) => withItem(members, member));
  if (member.id === memberId) void queries.invalidateQueries({ queryKey: keys.me });
}

interface Item {
  readonly id: string;
}

/** Laid over the one with its id, or added. What was never loaded stays so. */
function withItem(items: Item[] | undefined, item: Item): Item[] | undefined {
  if (items === undefined) return undefined;
  const isKnown = items.some(({ id }) => id === item.id);
  return isKnown
    ? items.map((known) => (known.id === item.id ? { ...known, ...item } : known))
    : [...items, item];
}
