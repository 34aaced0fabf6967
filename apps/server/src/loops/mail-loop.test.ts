import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { createMailer } from "../platform/mailer.ts";
import { createMetrics } from "../platform/metrics.ts";
import {
  claimEmails,
  deleteOldEmails,
  type NewEmail,
  queueEmails,
  withdrawEmails,
} from "../store/emails.ts";
import { SmtpError, startMailServer, type TestMailServer } from "../testkit/mail-server.ts";
import { type MovableClock, movableClock } from "../testkit/movable-clock.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { createMailLoop, type MailLoop } from "./mail-loop.ts";

const logger = createLogger("silent");
const accountId = newId();
const MINUTE = 60_000;

let database: TestDatabase;
let clock: MovableClock;
let smtp: TestMailServer;
let mail: MailLoop;
let metrics: ReturnType<typeof createMetrics>;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = await movableClock(database.db);
  smtp = await startMailServer();
  metrics = createMetrics({ logger });
  mail = createMailLoop({ db: database.db, logger }, metrics, createMailer(smtp.settings));
});

afterEach(async () => {
  await mail.stop();
  await smtp.stop();
  await database.drop();
});

async function queue(...emails: readonly Partial<NewEmail>[]): Promise<void> {
  const usual = {
    accountId,
    to: "ann@acme.test",
    subject: "Grüße — 你好",
    text: "Öffne http://punctual.test/x?token=abc\n\n.\nEnde",
    kind: "invitation",
    usefulForMs: 24 * 60 * MINUTE,
  };
  await database.db.transaction(async (tx) =>
    queueEmails(
      tx,
      emails.map((email) => ({ ...usual, key: newId(), ...email })),
    ),
  );
}

/** One round, and all that it sends. */
async function send(loop: MailLoop = mail): Promise<void> {
  await loop.runOnce();
  await loop.idle();
}

interface EmailRow extends Record<string, unknown> {
  id: string;
  body: string | null;
  attempts: number;
  error: string | null;
  state: string;
}

async function emails(): Promise<EmailRow[]> {
  return await database.db.query<EmailRow>(
    `select id, body, attempts, error, case
       when next_attempt_at is not null then 'waiting' when claimed_at is not null then 'claimed'
       when sent_at is not null then 'sent' when failed_at is not null then 'failed'
       else 'withdrawn' end as state
     from emails order by created_at`,
  );
}

describe("an e-mail", () => {
  test("arrives as it was written, and its text is forgotten here", async () => {
    await queue({});
    await send();
    const [row] = await emails();
    expect(smtp.received).toMatchObject([
      {
        from: "chat@acme.test",
        to: "ann@acme.test",
        headers: {
          from: "Acme <chat@acme.test>",
          to: "ann@acme.test",
          "message-id": `<${row?.id}@acme.test>`,
          "auto-submitted": "auto-generated",
        },
        text: expect.stringMatching(
          /^Öffne http:\/\/punctual\.test\/x\?token=abc\r\n\r\n\.\r\nEnde/,
        ),
      },
    ]);
    expect(row).toMatchObject({ state: "sent", body: null, error: null, attempts: 1 });
    expect((await metrics.render()).text).toContain('punctual_emails_total{outcome="sent"} 1');
  });

  test("is queued once for a key, however often it is asked for", async () => {
    await queue({ key: "a" }, { key: "a" }, { key: "b" }, { key: "a", accountId: newId() });
    await queue({ key: "a" });
    await send();
    await queue({ key: "a" });
    await send();
    expect(smtp.received).toHaveLength(3);
  });

  test("is not sent when what it says no longer holds", async () => {
    await queue({ key: "a" }, { key: "b" });
    await database.db.transaction(async (tx) => withdrawEmails(tx, [{ accountId, key: "a" }]));
    await send();
    expect(smtp.received).toHaveLength(1);
    expect((await emails()).map(({ state, body }) => [state, body])).toEqual(
      expect.arrayContaining([
        ["withdrawn", null],
        ["sent", null],
      ]),
    );
  });

  test("is sent by one of two nodes", async () => {
    await queue(...Array.from({ length: 25 }, () => ({})));
    const options = [{ db: database.db, logger }, metrics, createMailer(smtp.settings)] as const;
    const other = createMailLoop(...options);
    for (let round = 0; round < 3; round++) await Promise.all([send(), send(other)]);
    expect(new Set(smtp.received.map(({ headers }) => headers["message-id"])).size).toBe(25);
    expect(smtp.received).toHaveLength(25);
  });

  test("whose outcome can't be recorded holds up no other", async () => {
    await database.db.query(`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'refused'; end $$`);
    await database.db.query(`create trigger refuse before update on emails for each row
      when (new.sent_at is not null and new.to_address = 'bad@acme.test')
      execute function refuse()`);
    await queue({ to: "bad@acme.test" }, ...Array.from({ length: 11 }, () => ({})));
    await send();
    await send();
    const states = (await emails()).map(({ state }) => state).sort();
    expect(states).toEqual(["claimed", ...Array.from({ length: 11 }, () => "sent")]);
  });

  test("is forgotten after a month, unless it waits", async () => {
    await queue({});
    await send();
    await queue({ usefulForMs: 90 * 24 * 60 * MINUTE });
    await clock.advance({ minutes: 31 * 24 * 60 });
    await database.db.transaction(async (tx) => deleteOldEmails(tx, 100));
    expect(await emails()).toMatchObject([{ state: "waiting" }]);
  });
});

describe("when the mail server doesn't take it", () => {
  test("for now, it is tried again, later and later, and arrives once", async () => {
    smtp.answer = () => new SmtpError(451, "greylisted, come back later");
    await queue({});
    await send();
    expect(await emails()).toMatchObject([
      { state: "waiting", error: expect.stringContaining("greylisted"), attempts: 1 },
    ]);
    await send();
    expect(await emails()).toMatchObject([{ attempts: 1 }]);
    smtp.answer = () => null;
    await clock.advance({ seconds: 15 });
    await send();
    expect(await emails()).toMatchObject([{ state: "sent", attempts: 2, error: null }]);
    expect(smtp.received).toHaveLength(1);
  });

  test("for good, it is not tried again", async () => {
    smtp.answer = () => new SmtpError(550, "no such mailbox");
    await queue({});
    await send();
    expect(await emails()).toMatchObject([
      { state: "failed", error: expect.stringContaining("no such mailbox"), body: null },
    ]);
  });

  test("because our password is wrong or it is away, it waits until that is mended", async () => {
    const { url, from } = smtp.settings;
    const wrong = createMailer({ url: url.replace("ss%20word", "assword"), from });
    await queue({});
    await send(createMailLoop({ db: database.db, logger }, metrics, wrong));
    expect(await emails()).toMatchObject([{ state: "waiting" }]);
    expect(await wrong.check()).toContain("who are you?");
    const away = createMailer({ url: "smtp://127.0.0.1:9", from });
    await clock.advance({ minutes: 1 });
    await send(createMailLoop({ db: database.db, logger }, metrics, away));
    expect(await emails()).toMatchObject([{ state: "waiting", attempts: 2 }]);
    await clock.advance({ minutes: 1 });
    await send();
    expect(await emails()).toMatchObject([{ state: "sent" }]);
    expect(await createMailer(smtp.settings).check()).toBeNull();
  });

  test("until it is of no use any more, it is not sent at all", async () => {
    smtp.answer = () => new SmtpError(451, "greylisted");
    await queue({ usefulForMs: 10 * MINUTE });
    await send();
    smtp.answer = () => null;
    await clock.advance({ minutes: 10 });
    await send();
    expect(smtp.received).toHaveLength(0);
    expect(await emails()).toMatchObject([
      { state: "failed", error: "Message failed: 451 greylisted — too late to be of use" },
    ]);
  });

  test("a password never leaves for another machine without encryption", async () => {
    const { from } = smtp.settings;
    const { port } = new URL(smtp.settings.url);
    // 0.0.0.0 leads to this machine and doesn't look like it.
    const mailer = createMailer({ url: `smtp://punctual:secret@0.0.0.0:${port}`, from });
    expect(await mailer.check()).toMatch(/STARTTLS|TLS/);
  });
});

describe("an e-mail whose outcome nobody knows is not sent twice", () => {
  test("after its sender died between claim and record", async () => {
    await queue({});
    await database.db.transaction((tx) => claimEmails(tx, 10));
    await send();
    expect(await emails()).toMatchObject([{ state: "claimed" }]);
    await clock.advance({ minutes: 5 });
    await send();
    expect(await emails()).toMatchObject([
      { state: "failed", error: expect.stringContaining("may have arrived"), body: null },
    ]);
    expect(smtp.received).toHaveLength(0);
  });

  test("after the connection broke before the answer", async () => {
    smtp.answer = () => {
      smtp.cut();
      return new Promise(() => undefined);
    };
    await queue({});
    await send();
    expect(await emails()).toMatchObject([
      { state: "failed", error: expect.stringContaining("closed"), attempts: 1, body: null },
    ]);
    expect((await metrics.render()).text).toContain('punctual_emails_total{outcome="unknown"} 1');
  });

  test("but one whose connection broke before its text left is sent later", async () => {
    const { url, from } = smtp.settings;
    const refuses = createMailer({ url: url.replace(/:\d+$/, ":9"), from });
    await queue({});
    await send(createMailLoop({ db: database.db, logger }, metrics, refuses));
    await clock.advance({ minutes: 1 });
    await send();
    expect(smtp.received).toHaveLength(1);
  });
});
