import { Session } from "@punctual/contract";
import type { EmulatorClient } from "@punctual/whatsapp-emulator";
import type { Database } from "../../src/platform/database.ts";
import { CLOCK_SQL, createJourneyClock } from "../../src/testkit/journey-clock.ts";
import { isSettled } from "../../src/testkit/journey-settled.ts";
import { waitUntil } from "../../src/testkit/journey-until.ts";
import { PAST, type PastConversation } from "./conversations.ts";
import { CUSTOMERS, NUMBERS } from "./people.ts";
import type { Staff } from "./staff.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The business is a little older than its first conversation. */
const SET_UP_DAYS_AGO = 4;

/** The database's clock, which a demo sets back before there is a business, and lets catch up. */
export interface PastClock {
  /** Goes on to a moment (epoch ms), and stops at every deadline on the way until it has fired. */
  goTo(at: number): Promise<void>;
  /** From then on the clock is the machine's again. */
  backToNow(): Promise<void>;
}

/** Sets the database's clock, and the emulator's, back by some days. */
export async function turnBack(db: Database, whatsapp: EmulatorClient): Promise<PastClock> {
  const [original] = await db.query<{ sql: string }>(
    "select pg_get_functiondef('now_ms'::regproc) as sql",
  );
  await db.pool.query(CLOCK_SQL);
  await db.query("update test_clock set ahead = $1", [-SET_UP_DAYS_AGO * DAY_MS]);
  const clock = createJourneyClock(db);
  const ahead = async () => {
    const [row] = await db.query<{ ahead: number }>("select ahead from test_clock");
    return Number(row?.ahead ?? 0);
  };
  const followClock = async () => {
    await whatsapp.updateSettings({ clockOffsetMs: await ahead() });
  };
  const settled = () => waitUntil(() => isSettled(db, whatsapp), "everything to settle");
  await followClock();
  const goTo = async (at: number) => {
    for (let due = await nextDue(db, at); due !== null; due = await nextDue(db, at)) {
      await clock.reach(due);
      await followClock();
      await settled();
    }
    await clock.reach(at);
    await followClock();
  };
  return {
    goTo,
    backToNow: async () => {
      await goTo(Date.now());
      await clock.advance({ ms: -(await ahead()) });
      await db.query(original?.sql ?? "");
      await db.query("drop table test_clock");
      await whatsapp.updateSettings({ clockOffsetMs: 0 });
    },
  };
}

async function nextDue(db: Database, before: number): Promise<number | null> {
  const [row] = await db.query<{ due: number | null }>(
    "select min(next_due_at) as due from sessions where next_due_at < $1",
    [before],
  );
  return row?.due == null ? null : Number(row.due);
}

interface Act {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** Lets the conversations of the last days take place, each at its time. */
export async function writeHistory(
  db: Database,
  whatsapp: EmulatorClient,
  staff: Staff,
  clock: PastClock,
): Promise<void> {
  const acts = PAST.flatMap((conversation) => actsOf(conversation, whatsapp, staff));
  for (const { at, run } of acts.sort((a, b) => a.at - b.at)) {
    await clock.goTo(at);
    await run();
    await waitUntil(() => isSettled(db, whatsapp), "everything to settle");
  }
}

function actsOf(past: PastConversation, whatsapp: EmulatorClient, staff: Staff): Act[] {
  const { customer, number, answeredAfterMinutes, closed, note } = past;
  const beganAt = momentOf(past);
  const { phoneNumberId: to, verifiedName } = NUMBERS[number];
  const { phone } = CUSTOMERS[customer];
  const onSession = async (what: string, body: unknown) => {
    const session = await openSession(staff, phone, verifiedName);
    const call = staff.asMember(session.assigneeId ?? "");
    await call(`POST /api/v1/sessions/${session.id}/${what}`, body);
  };
  const acts: Act[] = [];
  let at = beganAt;
  for (const [text, answer] of past.turns) {
    acts.push({
      at,
      run: async () => void (await whatsapp.write(customer, { type: "text", text, to })),
    });
    at += answeredAfterMinutes * MINUTE_MS;
    acts.push({ at, run: () => onSession("messages", { type: "text", text: answer }) });
    at += 2 * MINUTE_MS;
  }
  if (note !== undefined) acts.push({ at, run: () => onSession("notes", { text: note }) });
  if (closed !== undefined) acts.push({ at: at + 1_000, run: () => onSession("close", closed) });
  return acts;
}

async function openSession(staff: Staff, phone: string, channel: string): Promise<Session> {
  const { body } = await staff.as("david")("GET /api/v1/sessions?state=open&limit=100");
  const session = Session.array()
    .parse(body.sessions)
    .find((one) => one.contact.phone?.replace(/\D/g, "") === phone && one.channel.name === channel);
  if (session === undefined) throw new Error(`${phone} has no open session`);
  return session;
}

/** Epoch ms. */
function momentOf({ daysAgo, at }: PastConversation): number {
  const [hours, minutes] = at.split(":").map(Number);
  const day = new Date(Date.now() - daysAgo * DAY_MS);
  return day.setHours(hours ?? 0, minutes ?? 0, 0, 0);
}
