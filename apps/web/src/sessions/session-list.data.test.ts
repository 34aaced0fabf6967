import type { Session } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { addPage, place, remove, type SessionList, type ViewQuery } from "./session-list.data.ts";

const VIEW = { memberId: "ben", now: Date.parse("2026-03-01T10:00:00.000Z") };
const MINE: ViewQuery = { state: "open", assignee: "me", sort: "nextDeadline" };

function session(id: string, changes: Partial<Session> = {}): Session {
  const deadlines = {
    wakeAt: null,
    closeAt: null,
    overdueAt: null,
    warnAt: null,
    reassignAt: null,
  };
  const at = "2026-03-01T09:00:00.000Z";
  return {
    id,
    channelId: "whatsapp",
    contactId: `contact-${id}`,
    state: "open",
    turn: "agent",
    assigneeId: "ben",
    assignedAt: at,
    teamId: null,
    openedAt: at,
    lastMessageAt: at,
    snoozedUntilAt: null,
    wait: null,
    overdue: false,
    closed: null,
    needsReview: false,
    deadlines,
    nextDueAt: null,
    held: false,
    settingsVersions: { account: 1, channel: null },
    contact: { id: `contact-${id}`, name: id, phone: null, username: null },
    channel: { id: "whatsapp", kind: "whatsapp", name: "WhatsApp" },
    preview: null,
    unread: false,
    tags: [],
    category: null,
    parked: null,
    ...changes,
  };
}

const due = (minute: number) => ({
  nextDueAt: `2026-03-01T10:${String(minute).padStart(2, "0")}:00.000Z`,
});

/** The list of these, loaded to its end unless a cursor says otherwise. */
function listOf(sessions: readonly Session[], query = MINE, nextCursor: string | null = null) {
  const known = new Map(sessions.map((each) => [each.id, each]));
  const list: SessionList = { query, ids: sessions.map(({ id }) => id), nextCursor };
  const moved = (changed: Session) => place(list, changed, known.set(changed.id, changed), VIEW);
  return { list, moved };
}

describe("a list of sessions", () => {
  test("takes a new session in at the place that its deadline gives it", () => {
    const { moved } = listOf([session("a", due(10)), session("c", due(30))]);
    expect(moved(session("b", due(20))).ids).toEqual(["a", "b", "c"]);
  });

  test("moves a session whose deadline moved, and puts those without one last", () => {
    const { moved } = listOf([session("a", due(10)), session("b", due(20)), session("c", due(30))]);
    expect(moved(session("a")).ids).toEqual(["b", "c", "a"]);
  });

  test("lets go of a session that somebody else has now", () => {
    const { moved } = listOf([session("a", due(10)), session("b", due(20))]);
    expect(moved(session("a", { ...due(10), assigneeId: "lan" })).ids).toEqual(["b"]);
  });

  test("leaves what lies behind its last loaded row to the next page", () => {
    const { list, moved } = listOf([session("a", due(10)), session("b", due(20))], MINE, "next");
    expect(moved(session("z", due(50)))).toBe(list);
    expect(moved(session("a", due(40))).ids).toEqual(["b"]);
  });

  test("stays the same object when nothing moved, so that nothing is drawn", () => {
    const { list, moved } = listOf([session("a", due(10)), session("b", due(20))]);
    expect(moved(session("a", { ...due(10), unread: true }))).toBe(list);
  });

  test("leaves a search to the server", () => {
    const { list, moved } = listOf([session("a", due(10))], { ...MINE, text: "order" });
    expect(moved(session("b", due(5)))).toBe(list);
  });

  test("takes a page without repeating what it has", () => {
    const { list } = listOf([session("a"), session("b")], MINE, "next");
    expect(addPage(list, { ids: ["b", "c"], nextCursor: null })).toEqual({
      query: MINE,
      ids: ["a", "b", "c"],
      nextCursor: null,
    });
    expect(remove(list, "a").ids).toEqual(["b"]);
  });
});
