/** The session clock's machine. Pure: no I/O, no clock, no randomness, no async. Start at `decide.ts`. */
export { isOpenAt, nextChangeAfter } from "./business-hours.ts";
export { type DeadlineKind, type Deadlines, deadlinesOf, nextDueAt } from "./deadlines.ts";
export { type Decision, decide, type Rejection } from "./decide.ts";
export type { Context, WindowLimits } from "./draft.ts";
export type * from "./effect.ts";
export {
  type EndMessageVariables,
  endMessageProblems,
  renderEndMessage,
} from "./end-message.ts";
export type * from "./event.ts";
export { expectedWaitMs, type LinePace } from "./expected-wait.ts";
export type * from "./explanation.ts";
export {
  type Closed,
  type CloseKind,
  type LastAgentMessage,
  type MemberId,
  type MessageId,
  type Ms,
  newSession,
  type SessionFacts,
  type SettingsVersions,
  type TeamId,
  type Wait,
} from "./facts.ts";
export {
  type HistoryMessage,
  owedGroups,
  type RecordedBreach,
  type SessionHistory,
} from "./history.ts";
export {
  clampCustomerStamp,
  clampEchoStamp,
  placeCustomerMessage,
  placeEcho,
} from "./place.ts";
export {
  type Openings,
  offersMore,
  openBothTimes,
  openingsOf,
} from "./routing/openings.ts";
export {
  type Roster,
  type RosterMember,
  type RosterRule,
  type RosterTarget,
  type RosterTeam,
  rosterAfter,
} from "./routing/roster.ts";
export {
  type CandidateVerdict,
  judgeRules,
  type RoutedContact,
  type RouteRequest,
  type RouteResult,
  type RuleVerdict,
  route,
} from "./routing/route.ts";
export { type Names, sentenceOf } from "./sentence.ts";
export { vietnameseSentenceOf } from "./sentence-vi.ts";
export { type SettingsChoice, type SettingsInForce, settingsInForce } from "./settings.ts";
export { survivesMerge } from "./steps/merge.ts";
export { sendFailedKey } from "./steps/settled-send.ts";
