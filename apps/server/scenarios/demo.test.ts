/** `npm run demo`: its own code, with the real parts, on a clock that is moved. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session, TimelineEntry } from "@punctual/contract";
import { createEmulatorClient } from "@punctual/whatsapp-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, createCaller } from "../src/testkit/journey-api.ts";
import { CLOCK_SQL, createJourneyClock, type JourneyClock } from "../src/testkit/journey-clock.ts";
import { isSettled } from "../src/testkit/journey-settled.ts";
import { waitUntil } from "../src/testkit/journey-until.ts";
import { createTestDatabase, type TestDatabase } from "../src/testkit/test-database.ts";
import { CUSTOMER_KEYS, EMPLOYEES, PASSWORD } from "./demo/people.ts";
import { type Demo, type DemoOptions, startDemo } from "./demo/start-demo.ts";

let database: TestDatabase;
let options: DemoOptions;
let demo: Demo;
let clock: JourneyClock;

beforeAll(async () => {
  database = await createTestDatabase();
  options = {
    folder: mkdtempSync(join(tmpdir(), "punctual-demo-")),
    databaseUrl: database.url,
    port: 0,
    phonesPort: 0,
    fresh: true,
    pace: 0.02,
  };
  demo = await startDemo(options);
  await database.db.pool.query(CLOCK_SQL);
  clock = createJourneyClock(database.db);
});
afterAll(async () => {
  await demo.stop();
  await database.drop();
  rmSync(options.folder, { recursive: true });
});

/** As the supervisor, who watches. */
const asHoa: Caller = (route, body) => demo.staff.as("hoa")(route, body);

async function sessions(query: string): Promise<Session[]> {
  return Session.array().parse((await asHoa(`GET /api/v1/sessions?${query}`)).body.sessions);
}

/** What happened to the sessions of today. */
async function acts(): Promise<TimelineEntry[]> {
  const today = (await sessions("state=all&sort=newest&limit=100")).filter(
    ({ openedAt }) => Date.parse(openedAt) > Date.now() - 600_000,
  );
  const lists = today.map(async ({ id }) => {
    const { body } = await asHoa(`GET /api/v1/sessions/${id}/timeline?limit=100`);
    return TimelineEntry.array().parse(body.entries);
  });
  return (await Promise.all(lists)).flat();
}

test("a business with some days behind it is there", async () => {
  const closed = await sessions("state=closed&limit=100");
  const days = new Set(closed.map(({ openedAt }) => new Date(openedAt).toDateString()));
  expect(days.size).toBeGreaterThanOrEqual(3);
  expect(new Set(closed.map(({ closed: how }) => how?.kind))).toEqual(new Set(["clock", "member"]));
});

test("a visitor can log in as the admin, the supervisor and an agent", async () => {
  for (const key of ["david", "hoa", "emily"] as const) {
    const login = { email: EMPLOYEES[key].email, password: PASSWORD };
    const call = createCaller(demo.url, { origin: "http://localhost:0" });
    expect(await call("POST /api/auth/sign-in/email", login)).toMatchObject({ status: 200 });
  }
});

test("a warning, an overdue session, a reassignment and a close happen by themselves", async () => {
  const whatsapp = createEmulatorClient(demo.phonesUrl);
  const happened = async () => {
    const kinds = (await acts()).map(({ kind, explanation }) =>
      kind === "assigned" && "deadline" in Object(explanation) ? "reassigned" : kind,
    );
    return ["warned", "overdue", "reassigned", "closed"].every((kind) => kinds.includes(kind));
  };
  while (!(await happened())) {
    await clock.advance({ seconds: 8 });
    await waitUntil(() => isSettled(database.db, whatsapp), "everything to settle");
  }
});

test("started again, it goes on with the same business and the same chats", async () => {
  await demo.stop();
  const before = await sessionsInDatabase();
  demo = await startDemo({ ...options, fresh: false });
  expect((await sessions("state=all&limit=100")).length).toBeGreaterThanOrEqual(before);
  const whatsapp = createEmulatorClient(demo.phonesUrl);
  const customers = await whatsapp.customers();
  expect(customers.map(({ id }) => id)).toEqual([...CUSTOMER_KEYS]);
  expect((await whatsapp.chat("anna")).messages.length).toBeGreaterThan(3);
});

async function sessionsInDatabase(): Promise<number> {
  const [row] = await database.db.query<{ count: number }>(
    "select count(*)::int as count from sessions",
  );
  return row?.count ?? 0;
}
