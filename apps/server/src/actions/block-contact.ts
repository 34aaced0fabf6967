/**
 * Blocking (clock.md §4.8): open sessions close silently, and what the contact writes from then on is kept
 * and starts nothing. The block and the closes are one commit, behind the lock that puts the contact's
 * messages in order: none of them comes in between.
 */
import { PunctualError } from "@punctual/contract";
import { mayOnSession } from "../permissions/may.ts";
import type { Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockContactRow, lockContactThreads, writeBlock } from "../store/change-contact.ts";
import { type LoadedSession, loadLatestSessionsForUpdate } from "../store/load-sessions.ts";
import { readSessionAccess } from "../store/session-access.ts";
import { writeAct } from "../store/timeline.ts";
import { authorizeContact } from "./authorize-contact.ts";
import { commitDecisions, noRouting } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";

interface OnContact {
  readonly accountId: string;
  readonly contactId: string;
  readonly by: MemberIdentity;
}

/**
 * Blocks a contact with a reason; blocked again, the newest reason counts. Throws `contact_not_found`, and
 * `not_allowed` when an open session of theirs is somebody else's to close.
 */
export async function blockContact(
  deps: Deps,
  { reason, ...on }: OnContact & { readonly reason: string },
): Promise<void> {
  const { by } = on;
  await commitDecisions(
    deps,
    (tx) => setBlock(tx, on, { by: by.id, reason }),
    noRouting,
    async ({ tx, batch }, sessions) => {
      for (const session of sessions) {
        if (session.facts.closed === null) {
          await requireMayClose(tx, by, session);
          batch.decide(session.id, { type: "contactBlocked", by: by.id });
        }
        const explanation = { by: { type: "member", memberId: by.id }, reason } as const;
        writeAct(tx, keyOf(session), { kind: "contactBlocked", explanation });
      }
    },
  );
  deps.signals.events();
}

/** What they write counts again, from their next message on. Throws `contact_not_found`. */
export async function unblockContact(deps: Deps, on: OnContact): Promise<void> {
  await commitDecisions(
    deps,
    (tx) => setBlock(tx, on, null),
    noRouting,
    ({ tx }, sessions) => {
      const explanation = { by: { type: "member", memberId: on.by.id } } as const;
      for (const session of sessions) {
        writeAct(tx, keyOf(session), { kind: "contactUnblocked", explanation });
      }
    },
  );
  deps.signals.events();
}

/** Writes the block behind the contact's locks, and gives the latest session of each of its threads. */
async function setBlock(
  tx: Tx,
  on: OnContact,
  block: { readonly by: string; readonly reason: string } | null,
): Promise<readonly LoadedSession[]> {
  const threads = await lockContactThreads(tx, on);
  if ((await lockContactRow(tx, on)) === null) throw new PunctualError("contact_not_found");
  await authorizeContact(tx, on, "blockContacts");
  writeBlock(tx, on, block);
  const { accountId, contactId } = on;
  writeAccountEvent(tx, accountId, { type: "contact.updated", payload: { id: contactId } });
  return await loadLatestSessionsForUpdate(tx, threads);
}

/** One that they don't see is not theirs to close either, whoever holds it. */
async function requireMayClose(tx: Tx, by: MemberIdentity, session: LoadedSession): Promise<void> {
  const { assignee } = session.facts;
  if (by.role !== "agent" || assignee === by.id) return;
  const access = await readSessionAccess(tx, by, session.id);
  if (access !== null && mayOnSession({ id: by.id, role: access.role }, "close", access)) return;
  const detail = "An open session of this contact is not yours to close: ask a supervisor.";
  throw new PunctualError("not_allowed", detail);
}

function keyOf({ accountId, id: sessionId }: LoadedSession) {
  return { accountId, sessionId };
}
