import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import { onceKey } from "./memory.ts";
import type { SeenAct } from "./rows.ts";

/** clock.md §9.2: no act of the clock twice. Given each act in turn, the ones before it remembered. */
export function judgeOnce({ before }: Look, act: SeenAct): readonly Finding[] {
  const key = onceKey(act);
  return when("§9.2", key !== null && before.once.has(key), `${key} twice`);
}

/** clock.md §9.2: one end message a close, and one breach for each overdue wait. */
export function judgeCounts(look: Look): readonly Finding[] {
  return [...judgeEnds(look), ...judgeBreaches(look)];
}

function judgeEnds({ seen }: Look): readonly Finding[] {
  const ends = seen.messages.filter(({ kind }) => kind === "automatic");
  const ordinals = new Set(ends.map((message) => message.close_ordinal));
  const closes = seen.session.close_count;
  return [
    ...when("§9.2", ordinals.size < ends.length, "two end messages for one close"),
    ...when("§9.2", ends.length > closes, `${ends.length} end messages for ${closes} closes`),
    ...seen.acts.flatMap((act) => {
      const planned = act.explanation.endMessage;
      if (act.kind !== "closed" || planned === undefined) return [];
      const has = ordinals.has(act.ordinal);
      const wants = planned === "queued" || planned === "template";
      return when("§9.2", has !== wants, `a close says "${planned}" of its end message`);
    }),
  ];
}

/** The mark and the record go together, in the running wait and in those that ended. */
function judgeBreaches({ seen }: Look): readonly Finding[] {
  const { session, waits, breaches } = seen;
  const standing = new Set(
    breaches.flatMap(({ wait_number, withdrawn_at }) => (withdrawn_at === null ? wait_number : [])),
  );
  const marked = new Set(
    waits.flatMap(({ number, overdue_since }) => (overdue_since === null ? [] : number)),
  );
  const { wait_number: running, wait_overdue_since: since } = session;
  if (running !== null && since !== null) marked.add(running);
  return [
    ...[...marked.difference(standing)].flatMap((wait) =>
      when("§9.2", true, `wait ${wait} is overdue without a breach`),
    ),
    ...[...standing.difference(marked)].flatMap((wait) =>
      when("§9.2", true, `wait ${wait} has a breach and is not overdue`),
    ),
  ];
}
