/** What members hear, on screens, phones and in mailboxes: real sockets, a push service, an SMTP server. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import { serveJourney } from "../src/testkit/journey-database.ts";
import { hearNotification, lookAtTab } from "../src/testkit/journey-tab.ts";
import { startMailServer, type TestMailServer } from "../src/testkit/mail-server.ts";
import {
  type PushReceiver,
  startPushReceiver,
  type TestBrowser,
} from "../src/testkit/push-receiver.ts";

const ALL = "http,realtime,timers,outbox";
const SETTINGS = {
  reply: { enabled: true, limitMinutes: 30, warnMinutes: 5 },
  reassign: { enabled: true, afterMinutes: 10, maxPerWait: 3 },
} as const;

let journey: Journey<"bao" | "lan">;
let pushes: PushReceiver;
let smtp: TestMailServer;

beforeEach(async () => {
  pushes = await startPushReceiver();
  smtp = await startMailServer();
});
afterEach(async () => {
  await journey.end();
  await pushes.close();
  await smtp.stop();
});

/** Two servers that may push to the test's service and mail by its SMTP server. */
async function start(settings: Parameters<typeof journey.saves>[0] = SETTINGS): Promise<void> {
  const { url, from } = smtp.settings;
  const outside = { PUSH_ALLOWED_HOSTS: pushes.origin, SMTP_URL: url, MAIL_FROM: from };
  journey = await startJourney({
    agents: ["bao", "lan"],
    settings,
    nodes: [ALL, ALL],
    serve: (database, environment) => serveJourney(database, { ...environment, ...outside }),
  });
}

async function subscribe(member: Agent): Promise<TestBrowser> {
  const { publicKey } = (await member.call("GET /me/push-subscriptions")).body;
  const browser = pushes.subscribe(String(publicKey));
  await member.call("POST /me/push-subscriptions", browser.subscription);
  return browser;
}

function shown({ received }: TestBrowser): string[] {
  return received.map(({ payload }) => payload.kind ?? payload.act);
}

/** Nothing is on its way any more. */
async function delivered(): Promise<void> {
  await journey.settled();
  const done = async () =>
    (
      await journey.db.query(
        `select 1 from notification_deliveries
         where state = 'claimed' or (state = 'queued' and due_at <= now_ms())
         union all select 1 from emails where num_nonnulls(next_attempt_at, claimed_at) > 0`,
      )
    ).length === 0;
  await journey.until(done, "every alert to be delivered");
}

describe("a warning", () => {
  test("is on the agent's screen when it is due, and not before", async () => {
    await start();
    const { bao } = journey.agents;
    const anna = await journey.customer();
    await anna.writes();
    await hearNotification(bao, "assigned");
    await journey.saves({ ...SETTINGS, reassign: { enabled: false } });
    const { deadlines } = await anna.session();
    await journey.clock.reachBefore(deadlines.warnAt, { seconds: 1 });
    const { createdAt } = await hearNotification(bao, "warning");
    expect(Date.parse(String(createdAt))).toBeGreaterThanOrEqual(
      Date.parse(String(deadlines.warnAt)),
    );
  });
});

describe("pushes of two servers", () => {
  test("come once for each thing that happens, to each of those it concerns, and are closed", async () => {
    await start();
    const { bao, lan } = journey.agents;
    const [baos, lans, adas] = [
      await subscribe(bao),
      await subscribe(lan),
      await subscribe(journey.admin),
    ];
    const anna = await journey.customer();
    await anna.writes();
    await delivered();
    expect(shown(baos)).toEqual(["assigned"]);
    await journey.clock.reach((await anna.session()).deadlines.reassignAt);
    await delivered();
    expect(shown(lans)).toEqual(["assigned"]);
    expect(shown(baos)).toEqual(["assigned", "close"]);
    await journey.clock.reach((await anna.session()).deadlines.reassignAt);
    await delivered();
    expect(shown(adas)).toEqual(["exhausted"]);
    await bao.replies(anna);
    await delivered();
    expect(shown(adas)).toEqual(["exhausted", "close"]);
    const ids = [...baos.received, ...lans.received, ...adas.received].map(
      ({ payload }) => `${payload.act} ${payload.id}`,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("don't come while a tab is visible, to whichever server it speaks", async () => {
    await start({});
    const { bao } = journey.agents;
    const browser = await subscribe(bao);
    await lookAtTab(journey.db, bao, true);
    const [anna, ben] = [await journey.customer(), await journey.customer()];
    await anna.writes();
    await delivered();
    expect(shown(browser)).toEqual([]);
    await lookAtTab(journey.db, bao, false);
    await journey.agents.lan.goesOffline();
    await ben.writes();
    await delivered();
    expect(shown(browser)).toEqual(["assigned"]);
  });
});

describe("e-mails", () => {
  test("come to who is not online, once, and to nobody else", async () => {
    await start({});
    const { bao, lan } = journey.agents;
    const { preferences } = (await bao.call("GET /me/notification-preferences")).body as {
      preferences: { kinds: Record<string, { push: boolean; email: boolean }> };
    };
    const kinds = { ...preferences.kinds, assigned: { push: false, email: true } };
    for (const each of [bao, lan]) {
      await each.call("PUT /me/notification-preferences", { kinds, quietHours: null });
    }
    const anna = await journey.customer();
    await anna.writes();
    await bao.disconnects();
    await journey.admin.acts(anna, "assignee", { memberId: lan.id });
    await journey.admin.acts(anna, "assignee", { memberId: bao.id });
    await journey.clock.advance({ seconds: 31 });
    await delivered();
    const alerts = smtp.received.filter(({ headers }) => headers.subject?.includes("Anna"));
    expect(alerts.map(({ to, headers }) => [to, headers.subject])).toEqual([
      ["bao@acme.test", "New session: Anna"],
    ]);
    expect(alerts[0]?.text).toContain(await anna.sessionId());
  });
});
