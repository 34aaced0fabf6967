import {
  AssignmentRuleInput,
  BusinessHours,
  type ClockOverride,
  type ClockSettings,
  WEEKDAYS,
} from "@punctual/contract";
import type { MemberIdentity } from "../../apps/server/src/actions/deps.ts";
import type { Random } from "../kernel/random.ts";

/** Settings of the clock: short times mostly, so that much falls due, and some that never do. */
export function drawSettings(random: Random): ClockSettings {
  return { closure: drawClosure(random), reassign: drawReassign(random), reply: drawReply(random) };
}

/** A channel's own: some of the three, or none any more. */
export function drawOverride(random: Random): ClockOverride {
  return {
    closure: random.chance(0.4) ? drawClosure(random) : null,
    reassign: random.chance(0.4) ? drawReassign(random) : null,
    reply: random.chance(0.4) ? drawReply(random) : null,
  };
}

function drawClosure(random: Random): ClockSettings["closure"] {
  const template = { name: "goodbye", language: "en" };
  return {
    enabled: random.chance(0.85),
    afterMinutes: random.pick([1, 1, 1, 3, 3, 10, 30, 120, 1_500]),
    message: random.pick([null, "", "Goodbye {{contact.name}}", "We close this conversation now."]),
    outsideWindow: random.chance(0.5) ? "silent" : { template },
    reopenWithinMinutes: random.pick([null, null, 1, 10, 120]),
  };
}

function drawReassign(random: Random): ClockSettings["reassign"] {
  return {
    enabled: random.chance(0.7),
    afterMinutes: random.pick([1, 2, 5, 20]),
    maxPerWait: random.pick([1, 2, 3, 10]),
  };
}

function drawReply(random: Random): ClockSettings["reply"] {
  const limitMinutes = random.pick([2, 5, 15, 60]);
  return {
    enabled: random.chance(0.85),
    limitMinutes,
    warnMinutes: random.between(1, limitMinutes - 1),
    countFrom: random.pick(["customerMessage", "firstAssignment"]),
  };
}

export function drawRule(
  random: Random,
  members: readonly MemberIdentity[],
  teamIds: readonly string[],
): AssignmentRuleInput {
  const some = members.filter(() => random.chance(0.7)).map(({ id }) => id);
  const ofTeam = random.chance(0.25);
  return AssignmentRuleInput.parse({
    name: "Drawn",
    enabled: random.chance(0.95),
    conditions: drawConditions(random),
    target: ofTeam
      ? { team: random.pick(teamIds) }
      : some.length === 0 || random.chance(0.4)
        ? { everyone: true }
        : { members: some },
    mode: random.pick(["sequential", "leastBusy", "random"]),
    previousAgentFirst: random.chance(0.4),
    onlineOnly: random.chance(0.7),
    capacity: random.pick([null, 1, 2, 3, 5]),
  });
}

function drawConditions(random: Random): AssignmentRuleInput["conditions"] {
  return {
    ...(random.chance(0.2) ? { customer: random.pick(["new", "returning"]) } : {}),
    ...(random.chance(0.2) ? { businessHours: random.pick(["within", "outside"]) } : {}),
  };
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Hours that begin and end within minutes or hours from now, where the business is; or none. */
export function drawBusinessHours(random: Random, now: number): BusinessHours | null {
  if (random.chance(0.2)) return null;
  const timeZone = random.pick(["UTC", "Asia/Ho_Chi_Minh", "America/New_York"]);
  const local = Temporal.Instant.fromEpochMilliseconds(now - (now % MINUTE_MS)).toZonedDateTimeISO(
    timeZone,
  );
  const at = local.hour * 60 + local.minute;
  const from = random.pick([at - 60, at + 1, at + random.between(2, 30)]);
  const until = Math.max(from, at) + random.pick([1, 5, 20, 120]);
  const hours = [{ from: wallTime(from), until: wallTime(until) }];
  const day = wallTime(from) < wallTime(until) ? hours : [];
  const weekdays = Object.fromEntries(WEEKDAYS.map((name) => [name, day]));
  return BusinessHours.parse({ timeZone, weekdays });
}

/** `09:00` of the minutes since midnight, as near as the day allows. */
function wallTime(minutes: number): string {
  const time = Math.min(Math.max(minutes, 0), DAY_MINUTES);
  return `${pad(Math.floor(time / 60))}:${pad(time % 60)}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
