import type { CustomerMessageEvent, EchoEvent } from "@punctual/channel-kit";
import { whatsapp } from "@punctual/channel-whatsapp";
import {
  AssignmentRuleInput,
  type ClockSettings,
  DEFAULT_CLOCK_SETTINGS,
} from "@punctual/contract";
import { writeMember } from "../actions/add-member.ts";
import { createAccount } from "../actions/create-account.ts";
import { createChannel } from "../actions/create-channel.ts";
import type { Deps, MemberIdentity, Signals } from "../actions/deps.ts";
import { connectMember } from "../actions/presence.ts";
import { receiveMessages } from "../actions/receive-messages.ts";
import { createRule } from "../actions/save-rule.ts";
import { saveClockSettings } from "../actions/save-settings.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { COMMAND_LINE } from "../store/audit-log.ts";
import { parseSessionRow, type SessionRow, type StoredSession } from "../store/session-row.ts";
import { type MovableClock, movableClock } from "./movable-clock.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** A business with one WhatsApp number, on a database of its own with a movable clock. */
export interface TestBusiness {
  readonly deps: Deps;
  readonly clock: MovableClock;
  readonly accountId: string;
  readonly channelId: string;
  readonly database: TestDatabase;
  /** A member; `online` unless told otherwise. */
  hire(
    name: string,
    how?: { role?: MemberIdentity["role"]; online?: boolean },
  ): Promise<MemberIdentity>;
  /** Saves clock settings over the defaults, for all open sessions. */
  configure(settings: Partial<ClockSettings>): Promise<void>;
  /** A rule that gives sessions to these members in turn. */
  assignInTurn(members: readonly MemberIdentity[]): Promise<void>;
  /** A customer's message; gives the session it is in. */
  customerWrites(
    phone: string,
    what?: { text?: string; stamp?: number; id?: string },
  ): Promise<StoredSession>;
  /** An agent typed in the provider's own app. */
  echo(phone: string, stamp: number): Promise<void>;
  session(id: string): Promise<StoredSession>;
  sessionsOf(phone: string): Promise<readonly StoredSession[]>;
  timeline(sessionId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const SILENT: Signals = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
  mail: () => undefined,
  alerts: () => undefined,
  access: () => undefined,
};

export async function createTestBusiness(): Promise<TestBusiness> {
  const database = await createTestDatabase();
  const { db } = database;
  const logger = createLogger("silent");
  const deps: Deps = { db, logger, signals: SILENT, limitsOf: () => whatsapp.limits, mail: null };
  const clock = await movableClock(db);
  const { accountId } = await createAccount(deps, { name: "Acme", by: COMMAND_LINE });
  const { channelId } = await createChannel(deps, whatsapp, {
    accountId,
    name: "Support",
    config: {
      phoneNumberId: "106540352242922",
      accessToken: "token",
      appSecret: "secret",
      verifyToken: "verify",
      graphUrl: "http://127.0.0.1:9",
    },
    by: COMMAND_LINE,
  });
  const place: Place = { deps, clock, accountId, channelId, database };
  return {
    ...place,
    ...peopleOf(place),
    ...customersOf(place),
    ...readersOf(place),
    close: () => database.drop(),
  };
}

type Place = Pick<TestBusiness, "deps" | "clock" | "accountId" | "channelId" | "database">;

function peopleOf({
  deps,
  accountId,
}: Place): Pick<TestBusiness, "hire" | "configure" | "assignInTurn"> {
  const { db } = deps;
  return {
    hire: async (name, { role = "agent", online = true } = {}) => {
      const email = `${name.toLowerCase()}@acme.test`;
      const id = await db.transaction((tx) =>
        writeMember(tx, { accountId, by: COMMAND_LINE, email, name, role }),
      );
      if (online) {
        await db.query("update members set status = 'available' where id = $1", [id]);
        await connectMember(deps, newId(), { accountId, memberId: id, id: newId() });
      }
      return { accountId, id, role, name, email };
    },
    configure: async (settings) => {
      const all = { ...DEFAULT_CLOCK_SETTINGS, ...settings };
      await saveClockSettings(deps, {
        accountId,
        channelId: null,
        settings: all,
        applyTo: "all",
        by: COMMAND_LINE,
      });
    },
    assignInTurn: async (members) => {
      const target = { members: members.map((member) => member.id) };
      await createRule(
        deps,
        { accountId, by: COMMAND_LINE },
        AssignmentRuleInput.parse({ name: "In turn", target }),
      );
    },
  };
}

function customersOf(place: Place): Pick<TestBusiness, "customerWrites" | "echo"> {
  const { deps, clock, accountId, channelId } = place;
  const receive = async (event: CustomerMessageEvent | EchoEvent) => {
    await receiveMessages(deps, [{ accountId, channelId, event }]);
  };
  const { sessionsOf } = readersOf(place);
  return {
    customerWrites: async (phone, { text = "hello", stamp, id = newId() } = {}) => {
      await receive({
        type: "customerMessage",
        address: "106540352242922",
        at: stamp ?? (await clock.now()),
        raw: null,
        externalId: `wamid.${id}`,
        contact: { userId: null, parentUserId: null, phone, username: null, name: "Thảo" },
        content: { type: "text", text },
        replyTo: null,
      });
      const session = (await sessionsOf(phone)).at(-1);
      if (session === undefined) throw new Error("no session opened");
      return session;
    },
    echo: async (phone, stamp) => {
      await receive({
        type: "echo",
        address: "106540352242922",
        at: stamp,
        raw: null,
        externalId: `wamid.${newId()}`,
        contact: { userId: null, parentUserId: null, phone, username: null, name: null },
        content: { type: "text", text: "from the app" },
      });
    },
  };
}

function readersOf({
  deps: { db },
}: Place): Pick<TestBusiness, "session" | "sessionsOf" | "timeline"> {
  return {
    sessionsOf: async (phone) => {
      const rows = await db.query<SessionRow>(
        `select s.* from sessions s join contact_identities i on i.contact_id = s.contact_id
         where i.phone = $1 order by s.opened_at, s.id`,
        [phone],
      );
      return rows.map(parseSessionRow);
    },
    session: async (id) => {
      const [row] = await db.query<SessionRow>("select * from sessions where id = $1", [id]);
      if (row === undefined) throw new Error(`no session ${id}`);
      return parseSessionRow(row);
    },
    timeline: async (sessionId) => {
      const rows = await db.query<{ kind: string }>(
        "select kind from timeline where session_id = $1 order by seq",
        [sessionId],
      );
      return rows.map((row) => row.kind);
    },
  };
}
