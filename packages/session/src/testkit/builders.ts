import type { ClockSettings } from "@punctual/contract";
import type { MemberId, Roster, RosterMember, RosterRule } from "../index.ts";

/** Everything on: close after 30, reassign after 5 at most 3 times, limit 30 with a warning 5 before. */
export const ALL_ON: ClockSettings = {
  closure: {
    enabled: true,
    afterMinutes: 30,
    message: "Bye {{contact.firstName}}",
    outsideWindow: "silent",
    reopenWithinMinutes: null,
  },
  reassign: { enabled: true, afterMinutes: 5, maxPerWait: 3 },
  reply: { enabled: true, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
};

type Part = { [K in keyof ClockSettings]?: Partial<ClockSettings[K]> };

/** `ALL_ON` with some values changed. */
export function settings(change: Part = {}, base: ClockSettings = ALL_ON): ClockSettings {
  return {
    closure: { ...base.closure, ...change.closure },
    reassign: { ...base.reassign, ...change.reassign },
    reply: { ...base.reply, ...change.reply },
  };
}

export function only(...kinds: (keyof ClockSettings)[]): ClockSettings {
  const off = (kind: keyof ClockSettings) => ({ enabled: kinds.includes(kind) });
  return settings({ closure: off("closure"), reassign: off("reassign"), reply: off("reply") });
}

export function member(id: MemberId, change: Partial<RosterMember> = {}): RosterMember {
  return { id, active: true, online: true, capacity: null, channels: null, open: 0, ...change };
}

export function rule(change: Partial<RosterRule> = {}): RosterRule {
  return {
    id: "everyone",
    name: "Everyone in turn",
    enabled: true,
    conditions: {},
    target: { everyone: true },
    mode: "sequential",
    previousAgentFirst: false,
    ownerFirst: false,
    onlineOnly: true,
    capacity: null,
    pointer: null,
    ...change,
  };
}

/** Everyone in turn, with these members. */
export function rosterOf(members: readonly MemberId[]): Roster {
  return { rules: [rule()], members: members.map((id) => member(id)), businessHours: null };
}
