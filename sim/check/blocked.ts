import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import { newMessages } from "./memory.ts";

/**
 * clock.md §4.8: while a contact is blocked, no session of theirs is open, and what they write, or is written to
 * them in the provider's own app, counts for nothing; all else does. Their open session closes without a word.
 */
export function judgeBlocked({ seen, before }: Look): readonly Finding[] {
  const { session, blocked, messages } = seen;
  const written = newMessages(seen, before).filter(
    ({ kind, is_echo }) => kind === "inbound" || is_echo,
  );
  const isOpen = session.closed_at === null;
  const closedByIt = session.closed_kind === "blocked" && before.row?.closed_at === null;
  const ends = messages.filter(
    ({ kind, close_ordinal }) => kind === "automatic" && close_ordinal === session.close_count - 1,
  );
  return [
    ...when("§4.8", blocked && isOpen, "a session with a blocked contact is open"),
    ...when(
      "§4.8",
      written.some(({ starts_nothing }) => starts_nothing !== blocked),
      blocked ? "a blocked contact's message counts" : "a contact's message counts for nothing",
    ),
    ...when("§4.8", closedByIt && ends.length > 0, "a blocked contact gets an end message"),
  ];
}
