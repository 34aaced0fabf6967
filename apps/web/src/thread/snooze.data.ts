/** Until when somebody may want to put a session aside. Pure. */

export interface SnoozeChoice {
  readonly key: "inAnHour" | "thisEvening" | "tomorrow" | "nextMonday";
  readonly until: Date;
}

const HOUR_MS = 3_600_000;
const EVENING = 18;
const MORNING = 9;

/** Moments in the zone of whoever looks, each later than the one before. */
export function snoozeChoices(now: number): readonly SnoozeChoice[] {
  const at = (days: number, hour: number) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    date.setHours(hour, 0, 0, 0);
    return date;
  };
  const daysToMonday = (8 - new Date(now).getDay()) % 7 || 7;
  const choices: SnoozeChoice[] = [
    { key: "inAnHour", until: new Date(now + HOUR_MS) },
    { key: "thisEvening", until: at(0, EVENING) },
    { key: "tomorrow", until: at(1, MORNING) },
    { key: "nextMonday", until: at(daysToMonday, MORNING) },
  ];
  return choices.filter(({ until }, index) => until > (choices[index - 1]?.until ?? new Date(now)));
}
