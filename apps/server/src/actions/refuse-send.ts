import {
  type LoadedSession,
  loadSessionsForUpdate,
  readNewerSession,
} from "../store/load-sessions.ts";
import {
  lockOutbound,
  noteDeliveredAfterAll,
  noteFailed,
  type OutboundRow,
} from "../store/messages.ts";
import { takeOutOfOutbox } from "../store/outbox.ts";
import { loadHistory } from "../store/session-history.ts";
import { assigneeIsActive } from "./act-on-session.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { withdrawLate } from "./late-send.ts";

export interface SendRef {
  readonly accountId: string;
  readonly sessionId: string;
  readonly messageId: string;
}

/**
 * The provider finally refused a message, at once or later (clock.md §4.6). An agent's message then
 * counts as never written; an end-of-session message is only marked, and doesn't reopen the session.
 * A refusal of what was delivered already, or refused before, changes nothing.
 */
export async function refuseSend(deps: Deps, send: SendRef, why: Refusal): Promise<void> {
  const { accountId, sessionId, messageId } = send;
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    accountsOf,
    async (deciding, [session]) => {
      const { tx } = deciding;
      const message = (await lockOutbound(tx, [send])).get(messageId);
      if (session === undefined || message === undefined) return;
      const taken = await takeOutOfOutbox(tx, [send]);
      withdrawLate(deciding, taken);
      if (SETTLED.has(message.delivery)) return;
      await decideRefused(deciding, session, message, { ...why, wasPending: taken.length > 0 });
    },
  );
  // The contact's next message may leave now, and clients hear of this one.
  deps.signals.outbox();
  deps.signals.events();
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly delivery?: "failed" | "withdrawn";
}

/** Decides the refusal of a locked message of a locked session, in the commit of its batch. */
export async function decideRefused(
  { tx, batch }: Deciding,
  session: LoadedSession,
  message: OutboundRow,
  { code, message: text, delivery = "failed", wasPending }: Refusal & { wasPending: boolean },
): Promise<void> {
  const { account_id: accountId, id: messageId } = message;
  await noteFailed(tx, { accountId, messageId, delivery, code, message: text });
  if (message.kind !== "agent") return;
  batch.decide(session.id, {
    type: "agentMessageRefused",
    messageId,
    by: message.author_id,
    wasPending,
    reason: code,
    history: await loadHistory(tx, session),
    newer: await readNewerSession(tx, session),
    assigneeActive: await assigneeIsActive(tx, session),
  });
}

/** Nothing more can come of these. */
const SETTLED: ReadonlySet<string> = new Set(["failed", "withdrawn", "delivered", "read"]);

/** A message settled as undelivered was delivered after all: what it answered is answered again. */
export async function reverseRefusal(
  deps: Deps,
  send: SendRef,
  receipt: { delivery: "delivered" | "read"; at: number },
): Promise<void> {
  const { accountId, sessionId, messageId } = send;
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    accountsOf,
    async ({ tx, batch }, [session]) => {
      const message = (await lockOutbound(tx, [send])).get(messageId);
      if (session === undefined || message?.delivery !== "failed") return;
      await noteDeliveredAfterAll(tx, { accountId, messageId, ...receipt });
      if (message.kind !== "agent") return;
      const history = await loadHistory(tx, session);
      batch.decide(session.id, { type: "agentMessageDeliveredAfterAll", messageId, history });
    },
  );
}
