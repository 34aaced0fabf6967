import { expect, test } from "vitest";
import { judgeEndMessages } from "./end-messages.ts";
import { newMemory } from "./memory.ts";
import { endMessage, look, MINUTE, message, NOON, row, seen } from "./testkit/builders.ts";
import type { Thread } from "./threads.ts";

function threadWith(end: { attempts: number; sessionId: string }): Thread {
  const queued = { ...end, state: "queued" } as const;
  return { ends: new Map([["end", queued]]), lastInboundSeq: 1, lastStamp: NOON, newest: null };
}

test("an end message that is unclaimed when the customer writes is noticed", () => {
  const session = row({ id: "newer" });
  const written = seen({ session, messages: [message({ seq: 5 })] });
  const thread = threadWith({ attempts: 0, sessionId: "older" });
  expect(judgeEndMessages(look(written, { thread }))).toHaveLength(1);
  const before = { ...newMemory(), lastSeq: 5 };
  expect(judgeEndMessages(look(written, { thread, before }))).toEqual([]);
});

test("one that waits for another try was claimed before: it is judged when it leaves", () => {
  const thread = threadWith({ attempts: 1, sessionId: "older" });
  const written = seen({ session: row({ id: "newer" }), messages: [message()] });
  expect(judgeEndMessages(look(written, { thread }))).toEqual([]);
});

test("an end message of a session that is open again is noticed", () => {
  const thread = threadWith({ attempts: 0, sessionId: "session" });
  expect(judgeEndMessages(look(seen(), { thread }))).toHaveLength(1);
});

test("an end message to a customer who never wrote is noticed", () => {
  const session = row({ closed_at: NOON, close_count: 1 });
  expect(judgeEndMessages(look(seen({ session, messages: [endMessage()] })))).toHaveLength(1);
  const answered = seen({ session, messages: [message(), endMessage({ seq: 2 })] });
  expect(judgeEndMessages(look(answered))).toEqual([]);
});

test("a text that is planned within two minutes of the window's end is noticed", () => {
  const session = row({ closed_at: NOON, close_count: 1 });
  const at = (created_at: number, content_type = "text") =>
    judgeEndMessages(
      look(
        seen({ session, messages: [message(), endMessage({ seq: 2, created_at, content_type })] }),
      ),
    ).length;
  const end = NOON + 24 * 60 * MINUTE;
  expect(at(end - 2 * MINUTE - 1)).toBe(0);
  expect(at(end - 2 * MINUTE)).toBe(1);
  expect(at(end, "template")).toBe(0);
});
