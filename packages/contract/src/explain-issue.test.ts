import { describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  AssigneeBody,
  AssignmentRuleInput,
  ClockSettings,
  ClosureSettings,
  DEFAULT_CLOCK_SETTINGS,
  PageQuery,
  SendMessageBody,
  SessionsQuery,
  SetupBody,
  SnoozeBody,
  validationError,
} from "./index.ts";

const AN_ID = "It must be an id such as 01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b.";
const TARGETS =
  'Say who gets the sessions: {"members": [ids of members]}, {"team": id} or {"everyone": true}.';

describe("what is wrong with a value is said in a sentence", () => {
  test.each<[z.ZodType, unknown, string]>([
    [SendMessageBody, { type: "text" }, "text: Write something."],
    [SendMessageBody, { type: "text", text: "" }, "text: Write something."],
    [SendMessageBody, { type: "text", text: "  " }, "text: Write something."],
    [SendMessageBody, { type: "text", text: 7 }, "text: It must be text."],
    [SendMessageBody, {}, 'type: It must be one of "text", "media", "template".'],
    [SendMessageBody, { type: "text", text: "x", to: "y" }, '"to" is not known here.'],
    [SendMessageBody, { type: "text", text: "x", a: 1, b: 2 }, '"a", "b" are not known here.'],
    [SendMessageBody, { type: "text", text: "x", replyTo: "wamid.1" }, `replyTo: ${AN_ID}`],
    [AssigneeBody, {}, "memberId: It is required."],
    [AssigneeBody, { memberId: "Ann" }, `memberId: ${AN_ID}`],
    [SnoozeBody, { until: "soon" }, "until: It must be a time such as 2026-03-01T09:30:00Z."],
    [AssignmentRuleInput, { name: "A" }, `target: ${TARGETS}`],
    [AssignmentRuleInput, { name: "A", target: "all" }, `target: ${TARGETS}`],
    [AssignmentRuleInput, { name: "", target: { everyone: true } }, "name: It must not be empty."],
    [
      AssignmentRuleInput,
      { name: "x".repeat(201), target: { everyone: true } },
      "name: It must have at most 200 characters.",
    ],
    [PageQuery, { limit: "many" }, "limit: It must be a number."],
    [PageQuery, { limit: "0" }, "limit: It must be at least 1."],
    [PageQuery, { limit: "101" }, "limit: It must be at most 100."],
    [
      SessionsQuery,
      { assignee: "you" },
      'assignee: It must be the id of a member, "me" or "none".',
    ],
    [
      ClosureSettings,
      { ...DEFAULT_CLOCK_SETTINGS.closure, outsideWindow: "loud" },
      'outsideWindow: It must be "silent". Or: It must be an object.',
    ],
    [
      SetupBody,
      { token: "t", businessName: "B", name: "N", email: "n", password: "long enough" },
      "email: It must be an e-mail address such as ann@example.com.",
    ],
  ])("%# %o", (schema, value, sentence) => {
    const { error } = schema.safeParse(value);
    const refused = validationError(error?.issues ?? []);
    expect(refused.code).toBe("validation_failed");
    expect(refused.detail).toBe(sentence);
    expect(refused.extra.errors).toHaveLength(1);
  });
});

describe("settings that contradict each other", () => {
  const { reply } = DEFAULT_CLOCK_SETTINGS;
  const late = { ...DEFAULT_CLOCK_SETTINGS, reply: { ...reply, warnMinutes: reply.limitMinutes } };

  test("are told from settings that are not known or of a wrong type", () => {
    const codeOf = (settings: unknown) =>
      validationError(ClockSettings.safeParse(settings).error?.issues ?? []).code;
    expect(codeOf(late)).toBe("settings_invalid");
    expect(codeOf({ ...late, colour: "red" })).toBe("validation_failed");
    expect(codeOf({ ...late, reassign: { enabled: "yes" } })).toBe("validation_failed");
  });
});
