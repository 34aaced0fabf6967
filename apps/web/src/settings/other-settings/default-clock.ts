import type { ClockSettings } from "@punctual/contract";

/** What holds before the first save (clock.md §2, "Defaults"). The contract's own comes with its schemas. */
export const DEFAULT_CLOCK: ClockSettings = {
  closure: {
    enabled: false,
    afterMinutes: 720,
    message: null,
    outsideWindow: "silent",
    reopenWithinMinutes: null,
  },
  reassign: { enabled: false, afterMinutes: 5, maxPerWait: 3 },
  reply: { enabled: false, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
};
