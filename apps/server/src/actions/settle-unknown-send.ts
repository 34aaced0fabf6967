import { PunctualError } from "@punctual/contract";
import { loadSessionsForUpdate } from "../store/load-sessions.ts";
import { lockOutbound, noteDeliveries } from "../store/messages.ts";
import { writeAct } from "../store/timeline.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { decideRefused, type SendRef } from "./refuse-send.ts";

/** The code of an error that a member stated, not the provider. */
const SETTLED_BY_MEMBER = "settled_by_member";

/**
 * A member found out whether a message reached the customer of which nobody knew (docs/adr/0012). One
 * that did not counts as never written, like one that the provider refused. What the provider tells
 * later still counts: a receipt takes that back.
 *
 * Throws `session_not_found`, `not_allowed`, `message_not_found` and `message_not_unknown`.
 */
export async function settleUnknownSend(
  deps: Deps,
  { by, arrived, ...send }: SendRef & { readonly by: MemberIdentity; readonly arrived: boolean },
): Promise<void> {
  const { accountId, sessionId, messageId } = send;
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    accountsOf,
    async (deciding, [session]) => {
      const { tx, now } = deciding;
      if (session === undefined) throw new PunctualError("session_not_found");
      await authorizeLocked(tx, { ...send, by }, "sendMessage", session.facts.assignee);
      const message = (await lockOutbound(tx, [send])).get(messageId);
      if (message?.session_id !== sessionId) throw new PunctualError("message_not_found");
      if (message.delivery !== "unknown") throw new PunctualError("message_not_unknown");
      const actor = { type: "member", memberId: by.id } as const;
      writeAct(tx, send, { kind: "sendSettled", explanation: { by: actor, messageId, arrived } });
      if (arrived) {
        noteDeliveries(tx, [
          { accountId, messageId, delivery: "delivered", externalId: null, at: now },
        ]);
      } else {
        const why = { code: SETTLED_BY_MEMBER, message: `${by.name} said that it did not arrive.` };
        await decideRefused(deciding, session, message, { ...why, wasPending: false });
      }
    },
  );
  deps.signals.events();
}
