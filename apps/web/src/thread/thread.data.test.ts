import type { Message } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { LOADING, withChange, withMessages, withNewest, withOlder } from "./thread.data.ts";

const AT = "2026-03-01T10:00:00.000Z";
const delivered = {
  state: "delivered",
  settledAt: AT,
  deliveredAt: AT,
  readAt: null,
  error: null,
} as const;

function message(id: string, createdAt = AT): Message {
  return {
    ...{ id, sessionId: "s", kind: "agent", authorId: "ben", isEcho: false },
    ...{ replyTo: null, replyToExternalId: null },
    ...{ content: { type: "text", text: id }, externalId: null, sentAt: AT, createdAt },
    ...{ waitNumber: null, reaction: null, editedAt: null, deletedAt: null },
    delivery: { ...delivered, state: "queued" },
  };
}

const idsOf = (thread: typeof LOADING) => thread.messages.map(({ id }) => id);

describe("the messages of a session", () => {
  test("keep what events brought while the first page was on its way", () => {
    const early = withMessages(LOADING, [message("c")]);
    const page = { messages: [message("b"), message("a")], nextCursor: "older" };
    expect(idsOf(withNewest(early, page))).toEqual(["a", "b", "c"]);
  });

  test("go back page by page, without repeating any", () => {
    const thread = withNewest(LOADING, { messages: [message("c")], nextCursor: "older" });
    const page = { messages: [message("b"), message("a")], nextCursor: null };
    const whole = withOlder(thread, page);
    expect(idsOf(whole)).toEqual(["a", "b", "c"]);
    expect(whole.olderCursor).toBeNull();
  });

  test("don't fall back when the answer to a send comes after its delivery", () => {
    const sent = withMessages(LOADING, [message("a")]);
    const change = { id: "a", sessionId: "s", delivery: delivered };
    const late = withMessages(withChange(sent, change), [message("a")]);
    expect(late.messages[0]?.delivery?.state).toBe("delivered");
  });

  test("stand in the order in which they were committed, whichever is heard of first", () => {
    const later = withMessages(LOADING, [message("b", "2026-03-01T10:00:02.000Z")]);
    expect(idsOf(withMessages(later, [message("a")]))).toEqual(["a", "b"]);
  });
});
