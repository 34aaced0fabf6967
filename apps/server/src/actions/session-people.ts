/**
 * Who besides the assignee has to do with a session: supporters, who write to the customer too, and
 * followers, who watch. Nobody is both; whoever supports watches anyway.
 */
import { PunctualError, type SessionAct } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { writeSessionEvent, writeSessionEventFor } from "../store/account-events.ts";
import { lockSession } from "../store/lock-session.ts";
import { readAgentIds } from "../store/members.ts";
import { notify, withdrawByKey } from "../store/notify.ts";
import { withdrawNewMessage } from "../store/notify-watchers.ts";
import { memberIsActive } from "../store/read-member.ts";
import { readSession } from "../store/read-sessions.ts";
import type { SessionPeopleTable } from "../store/schema.ts";
import {
  putSessionPerson,
  readSessionPeople,
  removeSessionPerson,
  type SessionRole,
} from "../store/session-people.ts";
import { writeAct } from "../store/timeline.ts";
import { presentState } from "../views/session.ts";
import { presentSessionPeople } from "../views/session-people.ts";
import { presentSessionState } from "../views/session-state.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import type { Deps, MemberIdentity } from "./deps.ts";

interface OnPerson {
  readonly accountId: string;
  readonly sessionId: string;
  readonly by: MemberIdentity;
  readonly memberId: string;
  readonly role: SessionRole;
}

/** What one session takes; said in the sentence of `too_many_people`. */
export const MOST_PEOPLE: Readonly<Record<SessionRole, number>> = { supporter: 20, follower: 100 };

/**
 * Brings a member into a session. A follower who is invited becomes a supporter; a supporter who is to
 * follow stays one. Throws `session_not_found`, `member_inactive` and `too_many_people`.
 */
export async function addSessionPerson(deps: Deps, on: OnPerson): Promise<void> {
  const act = on.memberId === on.by.id ? "follow" : "invite";
  await changePeople(deps, on, act, async (tx, people, wait) => {
    if (!(await memberIsActive(tx, on.accountId, on.memberId))) {
      throw new PunctualError("member_inactive");
    }
    return await putPerson(tx, { ...on, wait }, people);
  });
}

/** Sends a member away, or lets them go. One who isn't there changes nothing. */
export async function dropSessionPerson(deps: Deps, on: OnPerson): Promise<void> {
  const act = on.memberId === on.by.id ? null : "invite";
  await changePeople(deps, on, act, (tx, people) => {
    const { memberId, role, by } = on;
    const person = people.find((each) => each.member_id === memberId && each.role === role);
    if (person === undefined) return false;
    removeSessionPerson(tx, on, memberId);
    withdrawNewMessage(tx, { accountId: on.accountId, sessionId: on.sessionId, memberId });
    if (role === "supporter") {
      const explanation = { by: { type: "member", memberId: by.id }, from: memberId } as const;
      writeAct(tx, on, { kind: "supporterRemoved", explanation });
      withdrawByKey(tx, on, invitationKey(person.added_at), []);
    }
    return true;
  });
}

/**
 * Lets members follow a locked session who have nothing to do with it yet, all in the caller's commit.
 * Throws `too_many_people`, and `not_allowed` where it would show an agent the session whom the author may
 * not bring in.
 */
export async function addFollowers(
  tx: Tx,
  on: Omit<OnPerson, "memberId" | "role">,
  memberIds: readonly string[],
): Promise<void> {
  if (memberIds.length === 0) return;
  const people = await readSessionPeople(tx, on.accountId, on.sessionId);
  const known = new Set(people.map((person) => person.member_id));
  const missing = memberIds.filter((id) => id !== on.by.id && !known.has(id));
  if (missing.length === 0) return;
  if ((await readAgentIds(tx, on.accountId, missing)).length > 0) {
    await authorizeLocked(tx, on, "invite", null);
  }
  const followers = people.filter((person) => person.role === "follower").length;
  if (followers + missing.length > MOST_PEOPLE.follower) throw new PunctualError("too_many_people");
  for (const memberId of missing) {
    await putSessionPerson(tx, on, { memberId, role: "follower", addedBy: on.by.id });
  }
  await tellPeople(tx, on, people);
}

/**
 * Writes one person into a locked session, unless they are in it so already; gives whether they were
 * not. Throws `too_many_people`.
 */
async function putPerson(
  tx: Tx,
  on: OnPerson & { readonly wait: number },
  people: readonly SessionPeopleTable[],
): Promise<boolean> {
  const { memberId, role, by } = on;
  const known = people.find((person) => person.member_id === memberId);
  if (known?.role === role || known?.role === "supporter") return false;
  if (people.filter((person) => person.role === role).length >= MOST_PEOPLE[role]) {
    throw new PunctualError("too_many_people");
  }
  const addedAt = await putSessionPerson(tx, on, { memberId, role, addedBy: by.id });
  if (role === "supporter") {
    const explanation = { by: { type: "member", memberId: by.id }, to: memberId } as const;
    writeAct(tx, on, { kind: "supporterAdded", explanation });
    if (memberId !== by.id) tellInvited(tx, on, addedAt);
  }
  return true;
}

/** Once for each invitation; nobody is told what they did themself. */
function tellInvited(tx: Tx, on: OnPerson & { readonly wait: number }, addedAt: number): void {
  const { accountId, sessionId, memberId: to, wait } = on;
  const key = invitationKey(addedAt);
  notify(tx, [{ accountId, sessionId, to, kind: "invited", wait, key, replyDueAt: null }]);
}

function invitationKey(addedAt: number): string {
  return `invited:${addedAt}`;
}

async function changePeople(
  deps: Deps,
  on: OnPerson,
  act: SessionAct | null,
  change: (
    tx: Tx,
    people: readonly SessionPeopleTable[],
    wait: number,
  ) => boolean | Promise<boolean>,
): Promise<void> {
  const changed = await deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, on);
    if (session === null) throw new PunctualError("session_not_found");
    if (act !== null) await authorizeLocked(tx, on, act, session.assigneeId);
    const people = await readSessionPeople(tx, on.accountId, on.sessionId);
    if (!(await change(tx, people, session.lastWaitNumber))) return false;
    await tellPeople(tx, on, people);
    return true;
  });
  if (!changed) return;
  deps.signals.events();
  // Who was invited is told, and who no longer is, is told no more.
  deps.signals.alerts();
}

/** Tells everybody who is in the session now; whoever came gets to know the session itself first. */
async function tellPeople(
  tx: Tx,
  { accountId, sessionId }: Pick<OnPerson, "accountId" | "sessionId">,
  before: readonly SessionPeopleTable[],
): Promise<void> {
  const of = { accountId, sessionId };
  const people = await readSessionPeople(tx, accountId, sessionId);
  const came = idsMissing(people, before);
  if (came.length > 0) await showSession(tx, of, came);
  const payload = { id: sessionId, ...presentSessionPeople(people) };
  const lost = idsMissing(before, people);
  writeSessionEvent(tx, of, { type: "session.updated", payload }, lost);
}

/** Members of the first list who are not in the second. */
function idsMissing(
  from: readonly SessionPeopleTable[],
  others: readonly SessionPeopleTable[],
): string[] {
  const known = new Set(others.map((person) => person.member_id));
  return from.map((person) => person.member_id).filter((id) => !known.has(id));
}

/** Sends the session's state to members who may see it for the first time. */
async function showSession(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  memberIds: readonly string[],
): Promise<void> {
  const row = await readSession(tx, { accountId: of.accountId, viewerId: null }, of.sessionId);
  if (row === null) throw new Error("a locked session is there");
  const { stored } = row;
  const session = presentState(presentSessionState(stored, stored.facts, stored.deadlines));
  const payload = { session, messages: [], acts: [] };
  writeSessionEventFor(tx, of, memberIds, { type: "session.changed", payload });
}
