/** What an alert says on a phone's screen or in a mailbox: whom it is about, never what was written. */

export interface AlertAbout {
  readonly kind: string;
  readonly contact: string | null;
  readonly replyDueAt: number | null;
}

/** One line, such as "Reply due soon: Anna". */
export function alertTitle({ kind, contact }: AlertAbout): string {
  return `${TITLES[kind] ?? "News"}: ${contact ?? "a customer"}`;
}

/** A sentence that says what happened. */
export function alertSentence({ kind }: AlertAbout): string {
  return SENTENCES[kind] ?? "Something happened in this session.";
}

const TITLES: Readonly<Record<string, string>> = {
  assigned: "New session",
  takenAway: "Session taken over",
  warning: "Reply due soon",
  overdue: "Reply overdue",
  nobodyEligible: "Nobody for a customer",
  waitingForAgent: "Waiting for an agent",
  exhausted: "Everybody was tried",
  mention: "You were mentioned",
  invited: "You were asked to help",
  sendFailed: "Message not delivered",
  sendLate: "Message still not sent",
};

const SENTENCES: Readonly<Record<string, string>> = {
  assigned: "This session was given to you.",
  takenAway: "This session was given to somebody else.",
  warning: "The customer waits, and the time to reply is nearly over.",
  overdue: "The customer waits, and the time to reply is over.",
  nobodyEligible: "The customer waits, and the rules find nobody who is free.",
  waitingForAgent: "The customer waits, and nobody else is free to take the session over.",
  exhausted: "The customer waits, and everybody who could reply was tried.",
  mention: "A colleague named you in a note.",
  invited: "A colleague asked you to help in this session.",
  sendFailed: "The provider refused a message for good.",
  sendLate: "The provider has not taken a message for some minutes.",
};
