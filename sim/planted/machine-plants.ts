import { NO_CHECKS, NO_ONCE, type Plant } from "./plant.ts";

const MACHINE = "packages/session/src";

/** Bugs of the machine: a rule that is decided wrongly. */
export const machinePlants: readonly Plant[] = [
  {
    name: "close-on-agents-turn",
    rule: "§9.1",
    why: "The close counts from the last agent message even while the customer waits for the next.",
    edits: [
      {
        file: `${MACHINE}/deadlines.ts`,
        find: "facts.wait !== null || !settings.closure.enabled",
        replace: "!settings.closure.enabled",
      },
    ],
    sql: [NO_CHECKS],
  },
  {
    name: "close-while-sending",
    rule: "§9.1",
    why: "A session closes though a reply is still queued or being sent.",
    edits: [
      {
        file: `${MACHINE}/deadlines.ts`,
        find: "facts.pendingSends > 0 || ",
        replace: "",
      },
    ],
    sql: [NO_CHECKS],
  },
  {
    name: "stamps-instead-of-commit-order",
    rule: "§9.1",
    why: "A message stamped before the last reply is taken for answered, though it was committed after it.",
    edits: [
      {
        file: `${MACHINE}/steps/customer-message.ts`,
        find: "if (facts.lastEchoStamp !== null && event.stamp <= facts.lastEchoStamp)",
        replace:
          "if (event.stamp <= Math.max(facts.lastEchoStamp ?? 0, facts.lastAgentMessageAt ?? 0))",
      },
    ],
  },
  {
    name: "refused-reply-answers",
    rule: "§9.1",
    why: "A reply that the provider refused still counts as an answer.",
    edits: [
      { file: `${MACHINE}/history.ts`, find: "|| reply.refused) continue", replace: ") continue" },
    ],
  },
  {
    name: "echo-answers-everything",
    rule: "§9.1",
    why: "An echo answers what the customer wrote after it, too.",
    edits: [
      {
        file: `${MACHINE}/history.ts`,
        find: "echo.stamp >= message.stamp && concerns",
        replace: "concerns",
      },
    ],
  },
  {
    name: "warns-again-and-again",
    rule: "§9.2",
    why: "The deadline that was warned for is not remembered.",
    edits: [
      {
        file: `${MACHINE}/steps/time-passed.ts`,
        find: "    warnedFor: overdueAt,\n",
        replace: "",
      },
    ],
    sql: [NO_ONCE],
  },
  {
    name: "restored-wait-breaches-again",
    rule: "§9.2",
    why: "A wait that is restored forgets that it was overdue, and becomes so again.",
    edits: [
      {
        file: `${MACHINE}/steps/recompute.ts`,
        find: "overdueSince: mergedBreach(draft, history, group, { own, others, cause }),",
        replace: "overdueSince: null,",
      },
    ],
    sql: [NO_ONCE],
  },
  {
    name: "closes-not-counted",
    rule: "§9.2",
    why: "The second close of a session gets the ordinal of the first, and its end message with it.",
    edits: [{ file: `${MACHINE}/steps/close.ts`, find: "  facts.closeCount += 1;\n", replace: "" }],
    sql: [NO_ONCE, "drop index messages_one_end"],
  },
  {
    name: "end-message-left-in-queue",
    rule: "§9.3",
    why: "The customer writes again, and the end message of the session before still goes out.",
    edits: [
      {
        file: `${MACHINE}/steps/customer-message.ts`,
        find: 'if (!facts.customerWrote) draft.effects.push({ type: "endMessageWithdrawn" });',
        replace: "",
      },
    ],
  },
  {
    name: "end-message-of-void-close",
    rule: "§9.3",
    why: "A close turns out void, and its end message still goes out.",
    edits: [
      {
        file: `${MACHINE}/steps/reopen.ts`,
        find: 'effects.push({ type: "endMessageWithdrawn" });',
        replace: "void effects;",
      },
    ],
  },
  {
    name: "window-forgotten",
    rule: "§9.3",
    why: "An end message is planned as text though the messaging window is closed.",
    edits: [
      {
        file: `${MACHINE}/steps/close.ts`,
        find: "return from !== null && draft.now < from + windowMs - windowMarginMs;",
        replace: "return from !== null;",
      },
    ],
  },
  {
    name: "former-holders-not-excluded",
    rule: "§9.4",
    why: "A session goes back to an agent who held it in this wait.",
    edits: [
      {
        file: `${MACHINE}/steps/assign.ts`,
        find: 'for (const holder of wait.holders) excluded.set(holder, "already held it in this wait");',
        replace: "",
      },
    ],
  },
  {
    name: "given-to-offline",
    rule: "§9.4",
    why: "A rule for online agents gives sessions to those who are offline.",
    edits: [
      {
        file: `${MACHINE}/routing/route.ts`,
        find: 'if (rule.onlineOnly && !member.online) return "offline";',
        replace: "",
      },
    ],
  },
  {
    name: "capacity-off-by-one",
    rule: "§9.4",
    why: "An agent who is full gets one more.",
    edits: [
      {
        file: `${MACHINE}/routing/route.ts`,
        find: "member.open >= capacity",
        replace: "member.open > capacity",
      },
    ],
  },
  {
    name: "tries-not-counted",
    rule: "§9.4",
    why: "A wait is given away more often than the setting allows.",
    edits: [
      {
        file: `${MACHINE}/steps/time-passed.ts`,
        find: "  if (wait.tries >= maxPerWait) {",
        replace: "  if (maxPerWait < 0) {",
      },
    ],
  },
  {
    name: "given-back-after-exhaustion",
    rule: "§9.4",
    why: "The queue gives an exhausted session straight back to the agent it just left.",
    edits: [
      {
        file: `${MACHINE}/steps/time-passed.ts`,
        find: "  excludeFromWait(draft, from);\n",
        replace: "",
      },
    ],
  },
  {
    name: "warning-outlives-reply",
    rule: "§9.5",
    why: "A warning stays with the agent after the reply.",
    edits: [
      {
        file: `${MACHINE}/steps/wait.ts`,
        find: '  "warning",\n',
        replace: "",
      },
    ],
  },
  {
    name: "warned-with-overdue",
    rule: "§9.5",
    why: "Warning and overdue mark come together when both are due.",
    edits: [
      {
        file: `${MACHINE}/steps/time-passed.ts`,
        find: "overdueIfDue(draft) || warnIfDue(draft)",
        replace: "[warnIfDue(draft), overdueIfDue(draft)].includes(true)",
      },
    ],
  },
  {
    name: "close-from-before-waking",
    rule: "§9.6",
    why: "A session that woke closes as if it had never been snoozed.",
    edits: [{ file: `${MACHINE}/deadlines.ts`, find: "    facts.wokenAt ?? 0,\n", replace: "" }],
  },
  {
    name: "waiting-for-agent-reassigns-on",
    rule: "§9.6",
    why: "What waits for an agent keeps its deadline to be reassigned, and is claimed for ever.",
    edits: [
      {
        file: `${MACHINE}/deadlines.ts`,
        find: " || wait.waitingForAgent) return null",
        replace: ") return null",
      },
    ],
  },
  {
    name: "wait-start-not-moved-back",
    rule: "§9.7",
    why: "An earlier message that came late doesn't count: the explanation names the wrong one.",
    edits: [
      {
        file: `${MACHINE}/steps/customer-message.ts`,
        find: "} else if (event.at < facts.wait.startedAt) {",
        replace: "} else if (event.at < 0) {",
      },
    ],
  },
  {
    name: "warning-adds-up-wrongly",
    rule: "§9.7",
    why: "A warning is explained as due at the limit.",
    edits: [
      {
        file: `${MACHINE}/steps/fired.ts`,
        find: "(minutes - beforeMinutes) * 60_000",
        replace: "minutes * 60_000",
      },
    ],
  },
  {
    name: "exhausted-without-reason",
    rule: "§9.7",
    why: "A session lands in the queue and nobody can say why.",
    edits: [
      {
        file: `${MACHINE}/steps/time-passed.ts`,
        find: 'assign(draft, null, "clock", { reason: "exhausted" });',
        replace: 'assign(draft, null, "clock");',
      },
    ],
  },
  {
    name: "close-explained-by-older-anchor",
    rule: "§9.7",
    why: "A close after a reopening is explained by the message before it.",
    edits: [
      {
        file: `${MACHINE}/steps/fired.ts`,
        find: '    plain("reopened", facts.reopenedAt),\n',
        replace: "",
      },
    ],
  },
  {
    name: "channel-limits-forgotten",
    rule: "§8",
    why: "Agents get sessions of channels that they don't reach.",
    edits: [
      {
        file: `${MACHINE}/routing/route.ts`,
        find: "return channels === null || channels.includes(channelId);",
        replace: 'return channels === null || channelId !== "";',
      },
    ],
  },
  {
    name: "rules-for-any-hours",
    rule: "§8",
    why: "A rule for the time within, or outside, the business hours decides at any time.",
    edits: [
      {
        file: `${MACHINE}/routing/route.ts`,
        find: 'if ((businessHours === "within") === open) return null;',
        replace: 'if (businessHours !== "within" || open !== null) return null;',
      },
    ],
  },
];
