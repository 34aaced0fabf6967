/**
 * Judges the rows that a journey left by clock.md §9, "What must never happen". Everything is worked out
 * again from the rows; what only the moment of a commit shows was noted by `journey-watch.ts`.
 */
import { deadlinesOf, type Explanation, nextDueAt } from "@punctual/session";
import type { EmulatorClient } from "@punctual/whatsapp-emulator";
import { expect } from "vitest";
import type { Queryable, Row } from "../platform/database.ts";
import { parseSessionRow, type SessionRow } from "../store/session-row.ts";
import { readSettingsHistory, type SettingsOf } from "./settings-history.ts";
import { wrongExplanation } from "./wrong-explanation.ts";

/** Fails when stored rows show something that must never happen. The server must be at rest. */
export async function expectNeverHappened(db: Queryable): Promise<void> {
  expect(await findBrokenRules(db)).toEqual([]);
}

/** The same, as a sentence for each finding. Reads sessions in batches, however many there are. */
export async function findBrokenRules(db: Queryable): Promise<readonly string[]> {
  const settings = await readSettingsHistory(db);
  const broken = [...(await noted(db)), ...(await leftOver(db))];
  const accounts = await db.query<{ id: string }>("select id from accounts");
  for (const { id: accountId } of accounts) {
    for await (const some of batchesOfSessions(db, accountId)) {
      broken.push(
        ...(await differingDeadlines(db, some, settings)),
        ...(await wrongEndMessages(db, some)),
        ...(await wrongActs(db, some, settings)),
      );
    }
  }
  return broken;
}

interface SomeSessions {
  readonly accountId: string;
  readonly ids: readonly string[];
}

const NO_SESSION = "00000000-0000-0000-0000-000000000000";
const SESSIONS_AT_ONCE = 5_000;

async function* batchesOfSessions(db: Queryable, accountId: string): AsyncGenerator<SomeSessions> {
  let after = NO_SESSION;
  for (;;) {
    const rows = await db.query<{ id: string }>(
      "select id from sessions where account_id = $1 and id > $2 order by id limit $3",
      [accountId, after, SESSIONS_AT_ONCE],
    );
    const ids = rows.map((row) => row.id);
    yield { accountId, ids };
    const last = ids.at(-1);
    if (last === undefined || ids.length < SESSIONS_AT_ONCE) return;
    after = last;
  }
}

/** The same seen from WhatsApp: nothing sent twice, nothing acknowledged and not stored. */
export async function expectNeverSeen(db: Queryable, whatsapp: EmulatorClient): Promise<void> {
  const customers = await whatsapp.customers();
  const sent = (await Promise.all(customers.map(({ id }) => whatsapp.sent(id)))).flat();
  const references = sent.map(({ reference }) => reference);
  expect(references.filter((each, at) => references.indexOf(each) !== at)).toEqual([]);
  const webhooks = await whatsapp.webhooks({ limit: 100_000 });
  const acknowledged = webhooks.flatMap(({ state, updates }) =>
    state === "delivered" ? updates.filter(({ kind }) => kind === "message") : [],
  );
  const ids = [...new Set(acknowledged.flatMap(({ messageId }) => messageId ?? []))];
  const stored = await db.query<{ external_id: string }>(
    "select external_id from messages where external_id = any($1)",
    [ids],
  );
  const known = new Set(stored.map((row) => row.external_id));
  const marks = await namesOfMarks(webhooks);
  expect(ids.filter((id) => !known.has(id) && !marks.has(id))).toEqual([]);
}

/** Reactions, edits and notices of WhatsApp itself are no messages of their own. */
async function namesOfMarks(
  webhooks: Awaited<ReturnType<EmulatorClient["webhooks"]>>,
): Promise<ReadonlySet<string>> {
  const payloads = webhooks.map(({ payload }) => payload as unknown as Payload);
  const messages = payloads.flatMap(({ entry = [] }) =>
    entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.messages ?? [])),
  );
  return new Set(messages.flatMap(({ id, type }) => (MARKS.has(type) ? id : [])));
}

const MARKS: ReadonlySet<string> = new Set(["reaction", "system", "edit", "revoke"]);

interface Payload {
  readonly entry?: readonly {
    readonly changes: readonly {
      readonly value: { readonly messages?: readonly { id: string; type: string }[] };
    }[];
  }[];
}

async function noted(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ what: string; session_id: string }>(
    "select * from test_violations",
  );
  const parked = await db.query<{ id: string; park_error: string }>(
    "select id, park_error from sessions where parked_at is not null",
  );
  return [
    ...rows.map((row) => `${row.what} (${row.session_id})`),
    ...parked.map((row) => `a session was parked: ${row.park_error} (${row.id})`),
  ];
}

/** §9.6: every row's deadlines, and the least of those that aren't held. */
async function differingDeadlines(
  db: Queryable,
  { accountId, ids }: SomeSessions,
  settings: SettingsOf,
): Promise<string[]> {
  const rows = await db.query<SessionRow & { next_due_at: number | null }>(
    "select * from sessions where parked_at is null and account_id = $1 and id = any($2)",
    [accountId, ids],
  );
  return rows.flatMap((row) => {
    const { id, channelId, facts, deadlines } = parseSessionRow(row);
    const expected = deadlinesOf(facts, settings({ accountId, channelId }, facts.settings));
    const due = nextDueAt(expected, facts.held);
    return [
      ...when(JSON.stringify(expected) !== JSON.stringify(deadlines), `9.6: deadlines of ${id}`),
      ...when(due !== row.next_due_at, `9.6: ${id} is due at ${row.next_due_at}, not ${due}`),
      ...when(facts.closed !== null && facts.held, `9.6: ${id} is closed and held`),
    ];
  });
}

/** §9.2, §9.3: one end message a close, none to a customer who never wrote. */
async function wrongEndMessages(
  db: Queryable,
  { accountId, ids }: SomeSessions,
): Promise<string[]> {
  const rows = await db.query<{ id: string; ends: number; closes: number; wrote: boolean }>(
    `select s.id, count(*)::int as ends, s.close_count as closes, s.customer_wrote as wrote
     from sessions s join messages m on m.account_id = s.account_id and m.session_id = s.id
     where m.kind = 'automatic' and s.account_id = $1 and s.id = any($2)
     group by s.account_id, s.id, s.close_count, s.customer_wrote`,
    [accountId, ids],
  );
  return rows.flatMap(({ id, ends, closes, wrote }) => [
    ...when(ends > closes, `9.2: ${ends} end messages for ${closes} closes of ${id}`),
    ...when(!wrote, `9.3: an end message to a customer who never wrote in ${id}`),
  ]);
}

/** §9.3: no end message is left over once the session goes on. */
async function leftOver(db: Queryable): Promise<string[]> {
  const open = await db.query<{ session_id: string }>(
    `select o.session_id from outbox o join sessions s on s.account_id = o.account_id
       and s.id = o.session_id
     where o.kind = 'end' and o.state = 'queued' and s.closed_at is null`,
  );
  return open.map((row) => `9.3: an end message waits though ${row.session_id} is open`);
}

interface ActRow extends Row {
  readonly account_id: string;
  readonly session_id: string;
  readonly channel_id: string;
  readonly kind: string;
  readonly at: number;
  readonly wait_number: number;
  readonly explanation: Explanation;
}

/** §9.2, §9.4, §9.5, §9.7: each session's acts, in the order of their commits. */
async function wrongActs(
  db: Queryable,
  { accountId, ids }: SomeSessions,
  settings: SettingsOf,
): Promise<string[]> {
  const rows = await db.query<ActRow>(
    `select t.account_id, t.session_id, s.channel_id, t.kind, t.at, t.wait_number, t.explanation
     from timeline t join sessions s on s.account_id = t.account_id and s.id = t.session_id
     where t.account_id = $1 and t.session_id = any($2) order by t.session_id, t.seq`,
    [accountId, ids],
  );
  return [...Map.groupBy(rows, (row) => row.session_id).values()].flatMap((acts) => [
    ...wrongSequence(acts).map((what) => `${what} (${acts[0]?.session_id})`),
    ...acts.flatMap((act) =>
      wrongExplanation(act, settings).map((what) => `${what} (${act.session_id})`),
    ),
  ]);
}

function wrongSequence(acts: readonly ActRow[]): string[] {
  const broken: string[] = [];
  const once = new Set<string>();
  const holders = new Map<number, Set<string>>();
  let running: number | null = null;
  let overdueFor: number | null = null;
  let assignee: string | null = null;
  for (const { kind, wait_number: wait, explanation } of acts) {
    const key = onceKey(kind, wait, explanation);
    broken.push(...when(key !== null && once.has(key), `9.2: ${key} twice`));
    if (key !== null) once.add(key);
    if (kind === "waitStarted" || kind === "waitRestored") {
      running = wait;
      overdueFor = null;
      if (assignee !== null) holdersOf(holders, wait).add(assignee);
    } else if (kind === "answered" || kind === "dismissed" || kind === "closed") {
      running = null;
    } else if (kind === "warned") {
      broken.push(...when(running !== wait, `9.5: wait ${wait} was warned after its end`));
      broken.push(...when(overdueFor === wait, `9.5: wait ${wait} was warned after overdue`));
    } else if (kind === "overdue" || kind === "breachRecorded") {
      overdueFor = wait;
    } else if (kind === "assigned" && explanation.to != null) {
      const held = holdersOf(holders, wait);
      const byClock = explanation.by.type === "clock";
      broken.push(...when(byClock && held.has(explanation.to), "9.4: given to a former holder"));
      broken.push(...when(byClock && explanation.to === assignee, "9.4: given to the assignee"));
      assignee = explanation.to;
      held.add(assignee);
    } else if (kind === "unassigned") {
      assignee = null;
    }
  }
  return broken;
}

function holdersOf(holders: Map<number, Set<string>>, wait: number): Set<string> {
  const known = holders.get(wait) ?? new Set();
  holders.set(wait, known);
  return known;
}

function onceKey(kind: string, wait: number, { dueAt }: Explanation): string | null {
  if (kind === "warned") return `wait ${wait} warned for ${dueAt}`;
  if (kind === "overdue" || kind === "breachRecorded") return `wait ${wait} overdue`;
  return kind === "exhausted" ? `wait ${wait} exhausted` : null;
}

function when(broken: boolean, what: string): string[] {
  return broken ? [what] : [];
}
