import type { TimelineEntry } from "@punctual/contract";
import { sentenceOf, vietnameseSentenceOf } from "@punctual/session";
import type { TimelineTable } from "../store/schema.ts";
import { timestamp } from "./timestamp.ts";

export type SentenceLanguage = "en" | "vi";

/** Who reads the sentences. */
export interface SentenceReader {
  readonly language: SentenceLanguage;
  /** `null`: not known, so sentences name the zone of their times. */
  readonly timeZone: string | null;
  /** Names of members by id. */
  readonly memberNames: ReadonlyMap<string, string>;
}

const SENTENCES = {
  en: { sentenceOf, formerMember: "a former member" },
  vi: { sentenceOf: vietnameseSentenceOf, formerMember: "một thành viên cũ" },
} as const;

/** Rows → acts on the timeline, with their reasons as data and in words. */
export function presentTimeline(
  rows: readonly TimelineTable[],
  { language, timeZone, memberNames }: SentenceReader,
): TimelineEntry[] {
  const { sentenceOf: say, formerMember } = SENTENCES[language];
  const member = (id: string) => memberNames.get(id) ?? formerMember;
  const clock = timeZone === null ? null : wallClock(timeZone, language);
  return rows.map(({ seq, kind, at, wait_number: wait, ordinal, explanation }) => ({
    id: String(seq),
    kind,
    happenedAt: timestamp(at),
    waitNumber: wait,
    sentence: say(
      { type: "act", kind, at, wait, ordinal, explanation },
      { member, time: (moment) => clock?.(moment, at) ?? exactTime(moment) },
    ),
    explanation: { ...explanation },
  }));
}

/** Readers of the API are in many time zones, so the sentence names its own. */
function exactTime(at: number): string {
  return timestamp(at).replace("T", " ").replace("Z", " UTC");
}

/** A time as the reader's own clock shows it; its day as well, where that isn't the act's. */
function wallClock(timeZone: string, language: SentenceLanguage) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone, hourCycle: "h23", ...options });
  const day = format({ day: "numeric", month: "short", year: "numeric" });
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const whole = format(clock);
  const exact = format({ ...clock, fractionalSecondDigits: 3 });
  return (at: number, actAt: number) => {
    const time = (at % 1000 === 0 ? whole : exact).format(at);
    return day.format(at) === day.format(actAt) ? time : `${day.format(at)} ${time}`;
  };
}
