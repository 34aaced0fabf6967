/** One session: events laid over what was fetched. Pure. */
import {
  type EventPayload,
  type Message,
  previewOf,
  type Session,
  type SessionStateView,
} from "@punctual/contract";

/** A session as its first event tells of it: nothing else is known of one that is so new. */
export function openedSession({ session, messages }: EventPayload<"session.opened">): Session {
  const opened = {
    ...session,
    preview: null,
    unread: true,
    tags: [],
    category: null,
    parked: null,
  };
  return { ...opened, ...previewAfter(opened, messages) };
}

/** The state that an event brings; what it doesn't name stays (docs/events.md). */
export function applyState(session: Session, state: SessionStateView): Session {
  return { ...session, ...state };
}

/** The last line of the list's row, after these messages. */
export function previewAfter(
  session: Session,
  messages: readonly Message[],
): Pick<Session, "preview"> {
  const previews = messages.map(previewOf).filter((preview) => preview !== null);
  return { preview: previews.at(-1) ?? session.preview };
}
