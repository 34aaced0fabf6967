import type { ReceivedSend, Witness } from "../witness.ts";
import { type Finding, when } from "./finding.ts";
import type { KnownMessage } from "./known-message.ts";

export interface JudgedSend {
  readonly finding: Finding;
  readonly sessionId: string | null;
}

/** Judges the requests that the provider received since the last call. */
export class Sends {
  readonly #witness: Witness;
  readonly #last = new Map<string, ReceivedSend>();
  #seen = 0;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** @param knownOf what was committed of a message before the request */
  judge(knownOf: (messageId: string) => KnownMessage | undefined): readonly JudgedSend[] {
    const { sends, windowMs } = this.#witness;
    const judged = sends.slice(this.#seen).flatMap((send) => {
      const known = knownOf(send.messageId);
      const previous = this.#last.get(send.messageId);
      this.#last.set(send.messageId, send);
      const findings = [...judgeRepeat(previous), ...judgeKnown(send, known, windowMs)];
      return findings.map((finding) => ({ finding, sessionId: known?.sessionId ?? null }));
    });
    this.#seen = sends.length;
    return judged;
  }
}

/**
 * Only a definite *retry* asks for another request. After anything else, above all an answer that got lost,
 * it is a message sent twice (architecture.md, rule 11).
 */
function judgeRepeat(previous: ReceivedSend | undefined): readonly Finding[] {
  if (previous === undefined) return [];
  const outcome = previous.accepted ? "the provider had taken" : "whose outcome was unknown";
  return when("§9.2", previous.heard !== "retry", `sent again a message ${outcome}`);
}

function judgeKnown(
  send: ReceivedSend,
  known: KnownMessage | undefined,
  windowMs: number,
): readonly Finding[] {
  if (known === undefined) return when("§9.2", true, "sent a message that was never committed");
  const isEnd = known.kind === "automatic";
  return [
    ...when("§9.2", !known.claimed, "sent a message before its claim was committed"),
    ...when("§9.3", known.withdrawn, "sent an end message that was withdrawn"),
    ...when("§9.3", isEnd && known.claimedTooLate, "an end message left after the customer wrote"),
    ...when(
      "§9.3",
      isEnd && known.contentType === "text" && send.at >= known.lastStamp + windowMs,
      "an end message left outside the messaging window",
    ),
  ];
}
