/**
 * However much a business has stored, no act of the hot path reads more than the few rows it is about.
 * PostgreSQL itself counts them. The tables are filled and never analyzed, as they are on the first busy
 * day: that is when a planner without statistics would read a whole account's rows for one message.
 */
import { whatsapp } from "@punctual/channel-whatsapp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { COMMAND_LINE, readAuditLog } from "../store/audit-log.ts";
import { claimEmails, giveUpStaleEmails, readNextEmailInMs } from "../store/emails.ts";
import { readSessionsOfGone } from "../store/load-sessions.ts";
import { claimSends } from "../store/outbox.ts";
import { readContacts } from "../store/read-contacts.ts";
import { readSessions, type SessionFilter } from "../store/read-sessions.ts";
import { readSessionAccess } from "../store/session-access.ts";
import { renameTagOfContacts } from "../store/tags.ts";
import { seedSessions } from "../testkit/seed-sessions.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { reopenSession } from "./act-on-session.ts";
import { applySettings } from "./apply-settings.ts";
import { closeSession } from "./close-session.ts";
import { createChannel } from "./create-channel.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { drainLine } from "./drain-line.ts";
import { fireTimers } from "./fire-timers.ts";
import { handOver } from "./hand-over.ts";
import { moveSessionsOfGone } from "./move-sessions.ts";
import { receiveMessages } from "./receive-messages.ts";
import { recordDelivery } from "./record-delivery.ts";
import { recordStatuses } from "./record-statuses.ts";
import { sendReply } from "./send-reply.ts";
import { settleStaleSends } from "./settle-stale-sends.ts";

const STORED = 4_000;
/** Rows of one table that an act about one session may read, look-ups of the same row included. */
const FEW = 60;
const WARM_UP = 7;
const CUSTOMER = "84901234567";

let business: TestBusiness;
let bao: MemberIdentity;
let chi: MemberIdentity;
/**
 * One connection: the counters of what it read are flushed when it is asked to. Those of other connections
 * are later, in the midst of another test: nothing else may read these tables.
 */
let db: Database;
let deps: Deps;
let sessionId: string;

beforeAll(async () => {
  business = await createTestBusiness();
  bao = await business.hire("Bao");
  chi = await business.hire("Chi", { online: false });
  await business.assignInTurn([bao]);
  await business.configure({
    closure: {
      enabled: true,
      afterMinutes: 30,
      message: "Bye",
      outsideWindow: "silent",
      reopenWithinMinutes: null,
    },
  });
  await applySettings(business.deps);
  db = openDatabase({
    url: business.database.url,
    maxConnections: 1,
    logger: business.deps.logger,
  });
  deps = { ...business.deps, db };
  await db.query(NEVER_ANALYZE_SQL);
  sessionId = (await business.customerWrites(CUSTOMER)).id;
  await prepareStatements();
  const { accountId, channelId } = business;
  const firstDueAt = (await business.clock.now()) + 3_600_000;
  const seed = { accountId, channelId, memberId: bao.id, count: STORED, firstDueAt, spanMs: 1_000 };
  await seedSessions(db, seed);
  await db.query(
    `insert into messages (account_id, id, session_id, channel_id, contact_id, kind, content,
       external_id, stamp, at, created_at)
     select account_id, gen_random_uuid(), id, channel_id, contact_id, 'inbound', '{}',
       'wamid.' || id, opened_at, opened_at, opened_at from sessions`,
  );
});
afterAll(async () => {
  await db.close();
  await business.close();
});

/** On a busy machine these tests take longer than autovacuum sleeps, and plans would change under them. */
const NEVER_ANALYZE_SQL = `do $$ declare t text; begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute format('alter table %I set (autovacuum_enabled = false)', t);
  end loop;
end $$`;

/**
 * A server starts on empty tables, and a statement keeps the plan that was made for them: from its sixth
 * run on it may not be planned again. So everything runs before the tables are filled.
 */
async function prepareStatements(): Promise<void> {
  for (let run = 0; run < WARM_UP; run++) {
    await fiftyWrite();
    await replyAndSend();
    await fireTimers(deps, 100);
  }
}

type Reads = ReadonlyMap<string, number>;

async function readCounters(): Promise<Reads> {
  await db.query("select pg_stat_force_next_flush()");
  await db.query("select pg_stat_clear_snapshot()");
  const rows = await db.query<{ name: string; rows: number }>(
    `select relname as name, seq_tup_read + coalesce(idx_tup_fetch, 0) as rows
     from pg_stat_user_tables`,
  );
  return new Map(rows.map((row) => [row.name, row.rows]));
}

/** Tables of which the act read more than a few rows for each session it is about. */
async function greedyTables(
  act: () => Promise<unknown>,
  about = 1,
): Promise<Record<string, number>> {
  for (let run = 0; run < WARM_UP; run++) await act();
  const before = await readCounters();
  await act();
  const after = await readCounters();
  const read = [...after].map(([name, rows]) => [name, rows - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(read.filter(([, rows]) => rows > FEW * about));
}

let messages = 0;
function message(phone = CUSTOMER) {
  messages += 1;
  return {
    accountId: business.accountId,
    channelId: business.channelId,
    event: {
      type: "customerMessage" as const,
      address: "1",
      at: Date.now(),
      raw: null,
      externalId: `wamid.bounded.${messages}`,
      contact: { userId: null, parentUserId: null, phone, username: null, name: "Thảo" },
      content: { type: "text" as const, text: "hello" },
      replyTo: null,
    },
  };
}

async function fiftyWrite(): Promise<void> {
  const phones = Array.from({ length: 50 }, (_, index) => String(84_800_000_000 + index));
  await receiveMessages(deps, phones.map(message));
}

async function replyAndSend(): Promise<void> {
  const { accountId } = business;
  await sendReply(deps, { accountId, sessionId, by: bao, body: { type: "text", text: "Hi" } });
  const sends = await db.transaction((tx) => claimSends(tx, bao.id, 100));
  const settled = sends.map((send) => ({
    send,
    outcome: { type: "sent", externalId: `wamid.out.${send.messageId}`, contact: null } as const,
  }));
  await recordDelivery(deps, settled);
}

/** Every list of sessions, by its state and order, of a filter that none has. */
async function listNothing(filter: Partial<SessionFilter>): Promise<void> {
  const { accountId } = business;
  const any = { assigneeId: undefined, overdue: undefined, channelId: undefined, text: undefined };
  const whole = { ...any, parked: undefined, onlooker: null, viewerId: null };
  for (const state of ["open", "closed", "all"] as const) {
    for (const sort of ["nextDeadline", "longestWaiting", "newest"] as const) {
      const page = { state, sort, cursor: undefined, limit: 50 };
      const list = { ...whole, ...filter, ...page };
      const { items } = await db.readAs(accountId, (read) => readSessions(read, accountId, list));
      expect(items).toEqual([]);
    }
  }
}

describe("of thousands of sessions, contacts and messages, few are read", () => {
  test("when a customer writes in an open session", async () => {
    expect(await greedyTables(() => receiveMessages(deps, [message()]))).toEqual({});
  });

  test("when new customers write", async () => {
    const newcomer = () => receiveMessages(deps, [message(`8499${1_000_000 + messages}`)]);
    expect(await greedyTables(newcomer)).toEqual({});
  });

  test("when many customers write at once", async () => {
    expect(await greedyTables(fiftyWrite, 50)).toEqual({});
  });

  test("when an agent replies and the provider accepts it", async () => {
    expect(await greedyTables(replyAndSend)).toEqual({});
  });

  test("when a status comes", async () => {
    const [sent] = await db.query<{ external_id: string; id: string }>(
      "select id, external_id from messages where kind = 'agent' limit 1",
    );
    const status = {
      type: "deliveryStatus" as const,
      address: "1",
      at: Date.now(),
      raw: null,
      externalId: sent?.external_id ?? "",
      status: "read" as const,
      providerStatus: "read",
      error: null,
      contact: null,
    };
    const { accountId, channelId } = business;
    const byId = () =>
      recordStatuses(deps, [{ accountId, channelId, event: { ...status, reference: null } }]);
    const byReference = () =>
      recordStatuses(deps, [
        { accountId, channelId, event: { ...status, reference: sent?.id ?? null } },
      ]);
    expect(await greedyTables(byId)).toEqual({});
    expect(await greedyTables(byReference)).toEqual({});
  });

  test("when a person closes and reopens", async () => {
    const act = { accountId: business.accountId, sessionId, by: bao };
    const closeAndReopen = async () => {
      await closeSession(deps, { ...act, reason: null, sendMessage: false });
      await reopenSession(deps, act);
    };
    expect(await greedyTables(closeAndReopen)).toEqual({});
  });

  test("when one deadline fires", async () => {
    const due = await db.query<{ id: string }>(
      "select id from sessions where close_at is not null order by id limit 10",
    );
    const fireOne = async () => {
      await db.query(
        `update sessions set last_agent_message_at = last_agent_message_at - 7200000,
           close_at = close_at - 7200000 where account_id = $1 and id = $2`,
        [business.accountId, due.pop()?.id],
      );
      expect(await fireTimers(deps, 100)).toMatchObject({ claimed: 1, fired: [{ kind: "close" }] });
    };
    expect(await greedyTables(fireOne)).toEqual({});
  });

  test("when an agent who holds little lists what they see", async () => {
    const { accountId } = business;
    const sight = { onlooker: { accountId, memberId: chi.id }, viewerId: chi.id };
    expect(await greedyTables(() => listNothing(sight))).toEqual({});
  });

  test("when a supervisor lists what somebody holds little of, or a team", async () => {
    const list = async () => {
      await listNothing({ assigneeId: chi.id });
      await listNothing({ teamId: newId() });
      await listNothing({ assigneeId: chi.id, teamId: newId() });
    };
    expect(await greedyTables(list)).toEqual({});
  });

  test("when an agent who follows thousands opens one session", async () => {
    const { accountId } = business;
    await db.query(
      `insert into session_people (account_id, session_id, member_id, role, added_by, added_at)
       select account_id, id, $1, 'follower', $2, 1 from sessions`,
      [chi.id, bao.id],
    );
    const open = async () => {
      for (const id of [sessionId, newId()]) {
        const access = await readSessionAccess(db, { accountId, id: chi.id }, id);
        expect(access !== null).toBe(id === sessionId);
      }
    };
    expect(await greedyTables(open)).toEqual({});
  });

  test("when the contacts of a rare tag are listed, and when it gets another name", async () => {
    const { accountId } = business;
    const [common, rare] = [newId(), newId()];
    await db.query(
      `insert into tags (account_id, id, name, colour, created_at)
       values ($1, $2, 'Common', '#112233', 1), ($1, $3, 'Rare', '#112233', 1)`,
      [accountId, common, rare],
    );
    await db.query("update contacts set tags = '{Common}'");
    await db.query(
      "insert into contact_tags (account_id, contact_id, tag_id) select account_id, id, $1 from contacts",
      [common],
    );
    const [first] = await db.query<{ id: string }>("select id from contacts limit 1");
    await db.query("insert into contact_tags values ($1, $2, $3)", [accountId, first?.id, rare]);
    const any = { text: undefined, ownerId: undefined, blocked: undefined, cursor: undefined };
    const list = async () => {
      for (const channelIds of [null, [business.channelId]]) {
        const filter = { ...any, tag: rare, channelIds, limit: 50 };
        const { items } = await db.readAs(accountId, (read) =>
          readContacts(read, accountId, filter),
        );
        expect(items).toHaveLength(1);
      }
    };
    expect(await greedyTables(list)).toEqual({});
    const tag = { id: rare, name: "Rare" };
    const rename = () =>
      db.transaction((tx) => renameTagOfContacts(tx, { accountId, tag }, "Very rare"));
    expect(await greedyTables(rename)).toEqual({});
  });

  test("when an agent who is limited to channels lists contacts", async () => {
    const { accountId, channelId } = business;
    const { channelId: small } = await createChannel(deps, whatsapp, {
      ...{ accountId, by: COMMAND_LINE, name: "Small" },
      config: {
        ...{ phoneNumberId: "2", accessToken: "t", appSecret: "s", verifyToken: "v" },
        graphUrl: "http://127.0.0.1:9",
      },
    });
    await db.query(
      `insert into contact_identities (account_id, channel_id, contact_id, phone)
       select account_id, $2::uuid, id, '849' from contacts where account_id = $1 limit 1`,
      [accountId, small],
    );
    const any = { text: undefined, tag: undefined, ownerId: undefined, blocked: undefined };
    const list = (channelIds: readonly string[], found: number) => async () => {
      const filter = { ...any, channelIds, cursor: undefined, limit: 10 };
      const page = await db.readAs(accountId, (read) => readContacts(read, accountId, filter));
      expect(page.items).toHaveLength(found);
    };
    expect(await greedyTables(list([small], 1))).toEqual({});
    expect(await greedyTables(list([small, channelId], 10), 10)).toEqual({});
  });

  test("when an admin looks for what somebody changed, or for changes of one kind", async () => {
    const { accountId } = business;
    await db.query(
      `insert into audit_log (account_id, at, member_id, via, act)
       select $1, now_ms(), $2, 'commandLine', 'tag.changed' from generate_series(1, $3::int)`,
      [accountId, bao.id, STORED],
    );
    const look = async () => {
      for (const filter of [{ memberId: chi.id }, { act: "team.deleted" }] as const) {
        const page = await readAuditLog(db, accountId, filter, { limit: 50 });
        expect(page.items).toEqual([]);
      }
    };
    expect(await greedyTables(look)).toEqual({});
  });

  test("when loops look for work and find none", async () => {
    const look = async () => {
      await drainLine(deps, business.accountId);
      await settleStaleSends(deps, 45_000);
      await applySettings(deps);
    };
    expect(await greedyTables(look)).toEqual({});
  });

  test("when somebody leaves who held one session", async () => {
    const left = await business.hire("Left");
    await db.query("update members set active = false where id = $1", [left.id]);
    const leave = async () => {
      await db.query(
        "update members set deactivated_at = now_ms() where account_id = $1 and id = $2",
        [business.accountId, left.id],
      );
      await db.query(
        "update sessions set assignee_id = $3, assigned_at = 1 where account_id = $1 and id = $2",
        [business.accountId, sessionId, left.id],
      );
      await handOver(deps, 600_000);
    };
    expect(await greedyTables(leave)).toEqual({});
    expect(await db.query("select 1 from sessions where assignee_id = $1", [left.id])).toEqual([]);
  });

  test("when somebody went offline who holds one session that nobody else may have", async () => {
    const { accountId } = business;
    await receiveMessages(deps, [message()]);
    const gone = await business.hire("Gone", { online: false });
    await db.query("update accounts set when_offline = 'reassign' where id = $1", [accountId]);
    await db.query("update assignment_rules set enabled = false");
    await db.query(
      `update sessions set assignee_id = $3, assigned_at = 1, wait_known_at = 1
       where account_id = $1 and id = $2`,
      [accountId, sessionId, gone.id],
    );
    const move = async () => {
      await db.query("update members set sessions_move_at = 2 where account_id = $1 and id = $2", [
        accountId,
        gone.id,
      ]);
      expect(await moveSessionsOfGone(deps, accountId)).toBe(0);
    };
    expect(await greedyTables(move)).toEqual({});
    expect(await readSessionsOfGone(db, accountId, 10)).toMatchObject([{ id: sessionId }]);
    await db.query("update assignment_rules set enabled = true");
    await db.query("update accounts set when_offline = 'keep' where id = $1", [accountId]);
  });

  test("when thousands have left and thousands of e-mails were sent, and nothing is to be done", async () => {
    await db.query(
      `insert into members (account_id, id, email, name, role, active, deactivated_at, created_at)
       select $1, gen_random_uuid(), 'left' || n || '@acme.test', 'Left', 'agent', false, 1, 1
       from generate_series(1, $2::int) as n`,
      [business.accountId, STORED],
    );
    await db.query(
      `insert into emails (account_id, id, kind, dedupe_key, to_address, subject, created_at,
         expires_at, sent_at)
       select $1, gen_random_uuid(), 'invitation', n::text, 'a@b.test', 'Hello', 1, 2, 3
       from generate_series(1, $2::int) as n`,
      [business.accountId, STORED],
    );
    const look = async () => {
      await handOver(deps, 600_000);
      await db.transaction(async (tx) => {
        await giveUpStaleEmails(tx, 60_000);
        return await claimEmails(tx, 10);
      });
      await readNextEmailInMs(db);
    };
    expect(await greedyTables(look)).toEqual({});
  });
});
