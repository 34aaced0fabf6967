import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import { newMessages } from "./memory.ts";
import type { SeenMessage } from "./rows.ts";

const MARGIN_MS = 2 * 60_000;

/**
 * clock.md §9.3, §5: no end message waits for sending after the customer wrote or the session went on, none
 * goes to a customer who never wrote, and none is planned outside the messaging window.
 */
export function judgeEndMessages(look: Look): readonly Finding[] {
  const { seen, before, thread } = look;
  const added = newMessages(seen, before);
  const wrote = seen.messages.some(({ kind }) => kind === "inbound");
  const arrived = added.filter(({ kind, starts_nothing }) => kind === "inbound" && !starts_nothing);
  const isOpen = seen.session.closed_at === null;
  // One that waits for another try was claimed when the customer wrote: it is judged when it leaves.
  const waiting = [...thread.ends.values()].filter(
    ({ state, attempts }) => state === "queued" && attempts === 0,
  );
  const own = waiting.filter(({ sessionId }) => sessionId === seen.session.id);
  const ends = added.filter(({ kind }) => kind === "automatic");
  return [
    ...when(
      "§9.3",
      arrived.length > 0 && waiting.length > 0,
      "an end message is still unclaimed after the customer wrote",
    ),
    ...when("§9.3", isOpen && own.length > 0, "an end message waits though the session is open"),
    ...when("§9.3", ends.length > 0 && !wrote, "an end message to a customer who never wrote"),
    ...ends.flatMap((end) =>
      when(
        "§9.3",
        !isInWindow(end, thread.lastStamp, look.windowMs),
        "an end message outside the messaging window",
      ),
    ),
  ];
}

function isInWindow(
  { content_type, created_at }: SeenMessage,
  lastStamp: number,
  windowMs: number,
): boolean {
  return content_type === "template" || created_at < lastStamp + windowMs - MARGIN_MS;
}
