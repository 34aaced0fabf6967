import type {
  AssigneeBody,
  AssignmentRuleInput,
  BusinessHoursBody,
  CloseBody,
  CreateChannelBody,
  CreateTeamBody,
  DryRunBody,
  NoteBody,
  SaveClockSettingsBody,
  SendMessageBody,
  SnoozeBody,
  TransferBody,
} from "@punctual/contract";
import type { z } from "zod";

interface Example<Value> {
  readonly summary: string;
  readonly value: Value;
}

type Examples<Value = unknown> = Readonly<Record<string, Example<Value>>>;

const MESSAGES: Examples<z.input<typeof SendMessageBody>> = {
  text: { summary: "A reply", value: { type: "text", text: "It left this morning." } },
  quote: {
    summary: "A reply to one message",
    value: {
      type: "text",
      text: "Yes, in blue as well.",
      replyTo: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b",
    },
  },
  template: {
    summary: "A template, outside the messaging window",
    value: {
      type: "template",
      name: "order_update",
      language: "en",
      components: [{ type: "body", parameters: [{ type: "text", text: "1042" }] }],
    },
  },
};

const NOTES: Examples<z.input<typeof NoteBody>> = {
  plain: { summary: "A note for colleagues", value: { text: "Calls back at five." } },
  mention: {
    summary: "A note that asks somebody",
    value: { text: "Can you look at this?", mentions: ["01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b"] },
  },
};

const CLOSES: Examples<z.input<typeof CloseBody>> = {
  plain: { summary: "Close, with the end-of-session message", value: {} },
  silent: {
    summary: "Close without a message",
    value: { reason: "Solved on the phone", sendMessage: false },
  },
};

const SNOOZES: Examples<z.input<typeof SnoozeBody>> = {
  snooze: { summary: "Until a time", value: { until: "2030-03-01T09:00:00+01:00" } },
  wake: { summary: "Wake it now", value: { until: null } },
};

const ASSIGNEES: Examples<z.input<typeof AssigneeBody>> = {
  assign: {
    summary: "Give it to a member",
    value: { memberId: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b" },
  },
  unassign: { summary: "Take it from everybody", value: { memberId: null } },
};

const TRANSFERS: Examples<z.input<typeof TransferBody>> = {
  team: {
    summary: "To a team, with a note",
    value: {
      to: { team: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b" },
      note: { text: "Wants a refund for order 1042." },
    },
  },
  member: {
    summary: "To a member",
    value: { to: { member: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b" } },
  },
  queue: { summary: "Back to the queue", value: { to: { queue: true } } },
};

const SETTINGS: Examples<z.input<typeof SaveClockSettingsBody>> = {
  all: {
    summary: "Close after 12 hours, reassign after 5 minutes, overdue after 30",
    value: {
      closure: {
        enabled: true,
        afterMinutes: 720,
        message: "Thank you, {{contact.firstName}}. Write again whenever you like.",
        outsideWindow: "silent",
        reopenWithinMinutes: 60,
      },
      reassign: { enabled: true, afterMinutes: 5, maxPerWait: 3 },
      reply: { enabled: true, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
      applyTo: "all",
    },
  },
};

const RULES: Examples<z.input<typeof AssignmentRuleInput>> = {
  everyone: {
    summary: "Every session to whoever is online, in turn",
    value: { name: "Everybody", target: { everyone: true } },
  },
  members: {
    summary: "New customers to two members, at most ten sessions each",
    value: {
      name: "New customers",
      conditions: { customer: "new" },
      target: {
        members: ["01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b", "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7c"],
      },
      mode: "leastBusy",
      capacity: 10,
    },
  },
};

const CHANNELS: Examples<z.input<typeof CreateChannelBody>> = {
  whatsapp: {
    summary: "A WhatsApp number",
    value: {
      kind: "whatsapp",
      name: "Support",
      config: {
        phoneNumberId: "106540352242922",
        accessToken: "the app's token",
        appSecret: "the app's secret",
        verifyToken: "a word of your own",
      },
    },
  },
};

const DRY_RUNS: Examples<z.input<typeof DryRunBody>> = {
  contact: {
    summary: "A contact, by the rules that are saved",
    value: { contact: { id: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b" } },
  },
  rules: {
    summary: "A new customer, by rules that are not saved yet",
    value: {
      contact: { channelId: "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b", tags: ["vip"] },
      rules: [
        { name: "VIPs", conditions: { tags: ["vip"] }, target: { everyone: true } },
        { name: "Others", target: { everyone: true }, mode: "leastBusy" },
      ],
    },
  },
};

const HOURS: Examples<z.input<typeof BusinessHoursBody>> = {
  week: {
    summary: "Monday to Friday, and Christmas off",
    value: {
      businessHours: {
        timeZone: "Europe/Berlin",
        weekdays: {
          monday: [{ from: "09:00", until: "18:00" }],
          tuesday: [{ from: "09:00", until: "18:00" }],
          wednesday: [{ from: "09:00", until: "18:00" }],
          thursday: [{ from: "09:00", until: "18:00" }],
          friday: [
            { from: "09:00", until: "12:00" },
            { from: "13:00", until: "16:00" },
          ],
        },
        holidays: ["2026-12-25"],
      },
    },
  },
  always: { summary: "Always open", value: { businessHours: null } },
};

const TEAMS: Examples<z.input<typeof CreateTeamBody>> = {
  empty: { summary: "A team without members yet", value: { name: "Returns" } },
  members: {
    summary: "Two members, in the order of their turns",
    value: {
      name: "Night shift",
      memberIds: ["01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b", "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7c"],
    },
  },
};

/** Bodies to start from, by the operation's id. */
export const BODY_EXAMPLES: Readonly<Record<string, Examples>> = {
  sendMessage: MESSAGES,
  leaveNote: NOTES,
  changeNote: NOTES,
  closeSession: CLOSES,
  snoozeSession: SNOOZES,
  assignSession: ASSIGNEES,
  transferSession: TRANSFERS,
  saveClockSettings: SETTINGS,
  createAssignmentRule: RULES,
  createChannel: CHANNELS,
  createTeam: TEAMS,
  saveBusinessHours: HOURS,
  tryAssignmentRules: DRY_RUNS,
};
