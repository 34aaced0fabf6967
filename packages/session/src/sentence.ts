import type { Act, ActKind } from "./effect.ts";
import type { Explanation, FiredDeadline } from "./explanation.ts";
import type { MemberId, Ms, SettingsVersions } from "./facts.ts";

/** How people and times are called where the sentence is shown. */
export interface Names {
  readonly member: (id: MemberId) => string;
  /** A time of day, as exact as the reader wants it. */
  readonly time: (at: Ms) => string;
}

/**
 * Says in plain English what happened and why (clock.md §7): "Closed by the clock at 10:32:04.018, 4 ms
 * after it was due: 30 min after Lan's message at 10:02:04 (settings version 7, closure 30 min)."
 */
export function sentenceOf(act: Act, names: Names): string {
  return SENTENCES[act.kind]({ act, why: act.explanation, names });
}

interface Told {
  readonly act: Act;
  readonly why: Explanation;
  readonly names: Names;
}

const SENTENCES: Readonly<Record<ActKind, (told: Told) => string>> = {
  opened: (told) => `Opened by ${messageOf(told)} at ${atOf(told)}.`,
  waitStarted: (told) => `The customer waits for a reply since ${startOf(told)}.`,
  waitRestored: (told) => `The customer is owed a reply after all, since ${startOf(told)}.`,
  answered: (told) => `Answered${byWriter(told)} after ${lengthOf(told)}.`,
  dismissed: (told) => `${whoOf(told)} said that no reply is needed, after ${lengthOf(told)}.`,
  assigned: assignedSentence,
  unassigned: unassignedSentence,
  queued: queuedSentence,
  waitingForAgent: (told) =>
    `Nobody else can take it now, so it stays and waits for an agent${since(told, "reassign")}.`,
  exhausted: exhaustedSentence,
  warned: (told) =>
    `Warned ${memberOr(told, told.why.to, "the supervisors")} at ${atOf(told)}` +
    `${since(told, "limit")}. The reply is due at ${timeOr(told, told.why.dueAt)}.`,
  overdue: (told) =>
    `Overdue at ${atOf(told)}${since(told, "limit")}. ` +
    `Responsible: ${memberOr(told, told.why.to, "nobody")}.`,
  breachRecorded: (told) => `The reply came too late${since(told, "limit")}.`,
  breachWithdrawn: (told) => `No longer counted as overdue: ${disproofOf(told)}.`,
  snoozed: (told) => `Snoozed by ${whoOf(told)} until ${timeOr(told, told.why.dueAt)}.`,
  woken: wokenSentence,
  closed: closedSentence,
  reopened: reopenedSentence,
  sendFailed: (told) => `A message to the customer was refused${inBrackets(told.why.reason)}.`,
  sendUnknown: () => "Nobody knows whether a message reached the customer.",
  sendSettled: (told) =>
    told.why.arrived === true
      ? `${whoOf(told)} said that the message reached the customer.`
      : `${whoOf(told)} said that the message did not reach the customer.`,
  settingsApplied: ({ why }) => `Other settings apply now (${versionsOf(why.settings)}).`,
  held: () => "Held back after an outage, until the providers caught up.",
  merged: () => "Took over another session of the same customer.",
  transferred: (told) => `${placeOf(told)} by ${whoOf(told)}.`,
  supporterAdded: (told) =>
    `${memberOr(told, told.why.to, "Somebody")} was invited by ${whoOf(told)}.`,
  supporterRemoved: supporterRemovedSentence,
  tagged: taggedSentence,
  categorised: (told) =>
    told.why.category === null || told.why.category === undefined
      ? `Category removed by ${whoOf(told)}.`
      : `Category ${told.why.category.name} chosen by ${whoOf(told)}.`,
  contactBlocked: (told) =>
    `Contact blocked by ${whoOf(told)}${told.why.reason === undefined ? "" : `: ${told.why.reason}`}.`,
  contactUnblocked: (told) => `Contact unblocked by ${whoOf(told)}.`,
  reviewed: (told) => `Reviewed by ${whoOf(told)}.`,
};

function assignedSentence(told: Told): string {
  const { why, names } = told;
  const { by, from = null, to = null } = why;
  const member = memberOr(told, to, "nobody");
  const moved =
    from === null ? `Assigned to ${member}` : `Moved from ${names.member(from)} to ${member}`;
  const chosen = why.routed?.candidates.find(({ memberId }) => memberId === to);
  if (by.type === "member") {
    if (by.memberId === to && chosen === undefined) return `Taken by ${member}.`;
    const reason = chosen === undefined ? "" : `: ${chosen.verdict}`;
    return `${moved} by ${names.member(by.memberId)}${reason}.`;
  }
  const reasons = [
    ...(from === null || why.reason === undefined
      ? []
      : [`${names.member(from)} ${why.reason === "offline" ? "went offline" : "was deactivated"}`]),
    ...(chosen === undefined ? [] : [chosen.verdict]),
  ].join(", ");
  if (why.deadline === undefined) return `${moved}${reasons === "" ? "" : `: ${reasons}`}.`;
  return `${moved}${inBrackets(reasons)} at ${atOf(told)}${since(told, "reassign")}${triesOf(why)}.`;
}

function unassignedSentence(told: Told): string {
  const { why } = told;
  const member = memberOr(told, why.from, "nobody");
  if (why.by.type === "member") return `Unassigned from ${member} by ${whoOf(told)}.`;
  if (why.reason === "deactivated") return `Unassigned because ${member} was deactivated.`;
  return `Taken from ${member} and put into the unassigned queue.`;
}

/** Names beyond are only counted; the reason as data has all of them. */
const MOST_NAMED = 5;

function queuedSentence({ why, names }: Told): string {
  const { ruleName = null, teamId, candidates = [] } = why.routed ?? {};
  if (ruleName === null && teamId === undefined) return "In the queue: no rule matches.";
  if (candidates.length === 0) return "In the queue: nobody is meant to get it.";
  const named = candidates
    .slice(0, MOST_NAMED)
    .map(({ memberId, verdict }) => `${names.member(memberId)} (${verdict})`);
  const others = candidates.length - named.length;
  if (others > 0) named.push(others === 1 ? "1 other" : `${others} others`);
  return `In the queue, since nobody is eligible: ${named.join(", ")}.`;
}

function exhaustedSentence(told: Told): string {
  const { why } = told;
  // More than allowed: a save has lowered what is allowed since.
  const used = why.tries !== undefined && why.tries >= (why.maxTries ?? Infinity);
  const reason = used ? `${why.tries} reassignments are used up` : "everyone was tried";
  return `Not reassigned any more, ${reason}${since(told, "reassign")}.`;
}

function wokenSentence(told: Told): string {
  const { by } = told.why;
  if (by.type === "clock") return `Woken at ${atOf(told)}, as chosen.`;
  return by.type === "customer" ? "Woken by the customer's message." : `Woken by ${whoOf(told)}.`;
}

function closedSentence(told: Told): string {
  const { why } = told;
  const message = END_MESSAGES[why.endMessage ?? "off"];
  if (why.by.type === "clock") {
    return `Closed by the clock at ${atOf(told)}${since(told, "closure")}.${message}`;
  }
  if (why.by.type === "provider") return "Closed: it went on in the customer's other session.";
  if (why.reason === "blocked") return `Closed because ${whoOf(told)} blocked the contact.`;
  const reason = why.reason === undefined ? "" : `: ${why.reason}`;
  return `Closed by ${whoOf(told)} at ${atOf(told)}${reason}.${message}`;
}

const END_MESSAGES: Readonly<Record<NonNullable<Explanation["endMessage"]>, string>> = {
  queued: " End-of-session message queued.",
  template: " The messaging window was closed: end-of-session template queued.",
  windowClosed: " The messaging window was closed: no end-of-session message.",
  customerNeverWrote: " The customer never wrote: no end-of-session message.",
  off: "",
  declined: "",
};

function reopenedSentence(told: Told): string {
  switch (told.why.reason) {
    case "void":
      return "Goes on: a message of the customer was on its way when it was closed.";
    case "reopenWithin":
      return "Goes on: the customer wrote soon after the close.";
    case "sendFailed":
      return "Goes on: a reply was refused after the close, so the customer is owed one.";
    default:
      return `Reopened by ${whoOf(told)}.`;
  }
}

function placeOf({ why }: Told): string {
  return why.team === undefined
    ? "Put back into the queue"
    : `Transferred to the team ${why.team.name}`;
}

function taggedSentence(told: Told): string {
  const { added = [], removed = [] } = told.why;
  const parts = [
    ...(added.length === 0 ? [] : [`added ${added.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`removed ${removed.join(", ")}`]),
  ];
  return `Tags changed by ${whoOf(told)}: ${parts.join("; ")}.`;
}

function supporterRemovedSentence(told: Told): string {
  const { by, from } = told.why;
  const member = memberOr(told, from, "Somebody");
  if (by.type === "member" && by.memberId === from) return `${member} no longer helps.`;
  return `${member} was sent away by ${whoOf(told)}.`;
}

/** The numbers of a deadline: how late it fired, and what it counted from. */
function since(told: Told, setting: "closure" | "reassign" | "limit"): string {
  const { deadline } = told.why;
  if (deadline === undefined) return "";
  const { anchor, minutes, beforeMinutes, settings } = deadline;
  const before = beforeMinutes === 0 ? "" : `, warning ${duration(beforeMinutes * 60_000)} before`;
  const length = duration((minutes - beforeMinutes) * 60_000);
  return (
    `, ${latenessOf(deadline)}: ${length} after ${anchorOf(told, anchor)} at ` +
    `${told.names.time(anchor.at)} (${versionsOf(settings)}, ${setting} ` +
    `${duration(minutes * 60_000)}${before})`
  );
}

function latenessOf({ latenessMs, dueAt, armedAt, heldBy }: FiredDeadline): string {
  if (heldBy === "outage") return "held back by an outage";
  if (latenessMs === 0) return dueAt < armedAt ? "at once" : "on time";
  const late = duration(latenessMs);
  return dueAt < armedAt ? `${late} after a change made it due` : `${late} after it was due`;
}

function anchorOf({ names }: Told, { type, memberId }: FiredDeadline["anchor"]): string {
  const member = memberId === null ? null : names.member(memberId);
  switch (type) {
    case "customerMessage":
      return "the customer's message";
    case "agentMessage":
      return member === null ? "a message from the provider's own app" : `${member}'s message`;
    case "firstAssignment":
    case "assignment":
      return member === null ? "the assignment" : `the assignment to ${member}`;
    case "waitKnown":
      return "the customer's message arrived";
    case "noReplyNeeded":
      return "it needed no reply";
    case "reopened":
      return "it was reopened";
    case "woken":
    case "snooze":
      return "it was woken";
  }
}

function disproofOf({ why }: Told): string {
  return why.reason === "echo"
    ? "a reply from the provider's own app was in time"
    : "a reply was delivered after all";
}

function messageOf({ why, names }: Told): string {
  if (why.by.type === "member") return `${names.member(why.by.memberId)}'s message`;
  return why.by.type === "customer"
    ? "the customer's message"
    : "a message from the provider's own app";
}

function byWriter({ why, names }: Told): string {
  return why.by.type === "member" ? ` by ${names.member(why.by.memberId)}` : "";
}

function whoOf({ why, names }: Told): string {
  return why.by.type === "member" ? names.member(why.by.memberId) : "the system";
}

function memberOr({ names }: Told, id: MemberId | null | undefined, nobody: string): string {
  return id === null || id === undefined ? nobody : names.member(id);
}

function triesOf({ tries, maxTries }: Explanation): string {
  return tries === undefined || maxTries === undefined ? "" : `, try ${tries} of ${maxTries}`;
}

function atOf({ act, names }: Told): string {
  return names.time(act.at);
}

function startOf(told: Told): string {
  return timeOr(told, told.why.startedAt ?? told.act.at);
}

function timeOr({ names, act }: Told, at: Ms | undefined): string {
  return names.time(at ?? act.at);
}

function lengthOf({ why }: Told): string {
  return duration(why.lengthMs ?? 0);
}

function inBrackets(text: string | undefined): string {
  return text === undefined || text === "" ? "" : ` (${text})`;
}

function versionsOf(versions: SettingsVersions | undefined): string {
  if (versions === undefined) return "settings unknown";
  const channel = versions.channel === null ? "" : `, the channel's ${versions.channel}`;
  return `settings version ${versions.account}${channel}`;
}

const UNITS = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1000 },
] as const;

/** The two largest units that count: "1 h 30 min", "2 min", "4 ms". */
function duration(ms: Ms): string {
  const index = UNITS.findIndex((unit) => ms >= unit.ms);
  const unit = UNITS[index];
  if (unit === undefined) return `${ms} ms`;
  const whole = `${Math.floor(ms / unit.ms)} ${unit.name}`;
  const next = UNITS[index + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % unit.ms) / next.ms);
  return next === undefined || rest === 0 ? whole : `${whole} ${rest} ${next.name}`;
}
