import { wrongExplanation } from "../../apps/server/src/testkit/wrong-explanation.ts";
import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import type { SeenAct } from "./rows.ts";

/** clock.md §7, §9.7: every automatic act explains itself, with numbers that add up and facts that are so. */
export function judgeExplanation(look: Look, act: SeenAct): readonly Finding[] {
  const { account_id, channel_id } = look.seen.session;
  const wrong = wrongExplanation({ ...act, account_id, channel_id }, look.settingsOf);
  return [
    ...wrong.flatMap((what) => when("§9.7", true, what.replace(/^9\.7: /, ""))),
    ...judgeAnchor(look, act),
    ...judgeMessage(look, act),
  ];
}

/** What the clock counted from is what happened. */
function judgeAnchor({ seen, owed }: Look, { kind, explanation }: SeenAct): readonly Finding[] {
  const { session } = seen;
  const anchor = explanation.deadline?.anchor;
  if (anchor === undefined) return [];
  const first = owed.reduce((a, { at }) => Math.min(a, at), Number.POSITIVE_INFINITY);
  const closing = [
    ...[session.last_agent_message_at, session.no_reply_needed_at],
    ...[session.reopened_at, session.woken_at],
  ].map((at) => at ?? 0);
  const ofWait = kind === "overdue" || kind === "warned";
  return [
    ...when(
      "§9.7",
      kind === "closed" && anchor.at !== Math.max(...closing),
      "a close counts from something else than what happened last",
    ),
    ...when(
      "§9.7",
      ofWait && anchor.type === "customerMessage" && anchor.at !== first,
      `"${kind}" counts from ${anchor.at}; the customer waits since ${first}`,
    ),
    ...when(
      "§9.7",
      anchor.type === "waitKnown" && anchor.at !== session.wait_known_at,
      `"${kind}" counts from a wait that became known at another time`,
    ),
  ];
}

function judgeMessage({ seen }: Look, { kind, explanation }: SeenAct): readonly Finding[] {
  const ids = [explanation.messageId, explanation.deadline?.anchor.messageId].filter(
    (id) => id !== undefined && id !== null,
  );
  const known = new Set(seen.messages.map(({ id }) => id));
  return when(
    "§9.7",
    !ids.every((id) => known.has(id)),
    `"${kind}" names a message that isn't there`,
  );
}
