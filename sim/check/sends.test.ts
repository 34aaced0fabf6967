import { expect, test } from "vitest";
import type { ReceivedSend, Witness } from "../witness.ts";
import type { KnownMessage } from "./known-message.ts";
import { Sends } from "./sends.ts";
import { MINUTE, NOON } from "./testkit/builders.ts";

const known: KnownMessage = {
  sessionId: "session",
  kind: "agent",
  contentType: "text",
  attempts: 1,
  claimed: true,
  claimedTooLate: false,
  withdrawn: false,
  lastStamp: NOON,
};

function judge(
  requests: readonly Partial<ReceivedSend>[],
  message: KnownMessage | undefined = known,
) {
  const sends = requests.map((request) => ({
    messageId: "m1",
    at: NOON,
    accepted: true,
    heard: "sent" as const,
    ...request,
  }));
  const witness: Witness = {
    acknowledged: [],
    sends,
    disturbed: [],
    latenessGoalMs: 0,
    windowMs: 24 * 60 * 60_000,
  };
  return new Sends(witness).judge(() => message).map(({ finding }) => finding.rule);
}

test("a message is sent once, and again only when the provider asks for it", () => {
  expect(judge([{}])).toEqual([]);
  expect(judge([{ accepted: false, heard: "retry" }, {}])).toEqual([]);
  expect(judge([{}, {}])).toEqual(["§9.2"]);
});

test("a message whose answer got lost is not sent again, taken or not", () => {
  expect(judge([{ heard: null }, {}])).toEqual(["§9.2"]);
  expect(judge([{ accepted: false, heard: null }, {}])).toEqual(["§9.2"]);
});

test("a message that leaves before its claim is committed is noticed", () => {
  expect(judge([{}], { ...known, claimed: false })).toEqual(["§9.2"]);
});

test("an end message that leaves though the customer wrote, or it was withdrawn, is noticed", () => {
  const end: KnownMessage = { ...known, kind: "automatic" };
  expect(judge([{}], end)).toEqual([]);
  expect(judge([{}], { ...end, claimedTooLate: true })).toEqual(["§9.3"]);
  expect(judge([{}], { ...end, withdrawn: true })).toEqual(["§9.3"]);
});

test("an end message outside the messaging window is noticed, unless it is a template", () => {
  const end: KnownMessage = { ...known, kind: "automatic" };
  const late = NOON + 24 * 60 * MINUTE;
  expect(judge([{ at: late }], end)).toEqual(["§9.3"]);
  expect(judge([{ at: late }], { ...end, contentType: "template" })).toEqual([]);
  expect(judge([{ at: late - 1 }], end)).toEqual([]);
});

test("each request is judged once", () => {
  const sends: ReceivedSend[] = [
    { messageId: "m1", at: NOON, accepted: true, heard: "sent" },
    { messageId: "m1", at: NOON, accepted: true, heard: "sent" },
  ];
  const judged = new Sends({
    acknowledged: [],
    sends,
    disturbed: [],
    latenessGoalMs: 0,
    windowMs: 24 * 60 * 60_000,
  });
  expect(judged.judge(() => known)).toHaveLength(1);
  expect(judged.judge(() => known)).toEqual([]);
});
