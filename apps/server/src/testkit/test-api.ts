import { whatsapp } from "@punctual/channel-whatsapp";
import type { FastifyInstance } from "fastify";
import { addMember } from "../actions/add-member.ts";
import { createAccount } from "../actions/create-account.ts";
import { createChannel } from "../actions/create-channel.ts";
import { createToken } from "../actions/create-token.ts";
import type { AnyChannel, Deps, Signals } from "../actions/deps.ts";
import { receiveMessages } from "../actions/receive-messages.ts";
import { ActivityNotes } from "../ingress/activity-notes.ts";
import { type Auth, openAuth } from "../ingress/auth/auth.ts";
import { buildHttpServer } from "../ingress/http-server.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { COMMAND_LINE } from "../store/audit-log.ts";
import { createTestDatabase } from "./test-database.ts";

export const PUBLIC_URL = "http://punctual.test:3000";
/** A public key, and a push service that only tests have. */
export const TEST_PUSH = { publicKey: "BPublicKey", allowed: ["push.punctual.test"] } as const;

/** An answer of the API: its status, headers and JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestMember {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  /** Asks the API as this member: `call("GET /me")`, paths below `/api/v1`. */
  call(route: string, call?: Call): Promise<Answer>;
}

export interface TestTenant {
  readonly accountId: string;
  readonly channelId: string;
  readonly admin: TestMember;
  readonly supervisor: TestMember;
  readonly agent: TestMember;
  readonly otherAgent: TestMember;
  /** A customer writes; gives the id of the session it is in. */
  customerWrites(phone: string, text?: string, name?: string, channelId?: string): Promise<string>;
}

/** The whole API on a database of its own, called without a network. */
export interface TestApi {
  readonly app: FastifyInstance;
  readonly deps: Deps;
  readonly auth: Auth;
  /** Asks for any address, as nobody unless a header says otherwise. */
  ask(route: string, call?: Call): Promise<Answer>;
  createTenant(name: string): Promise<TestTenant>;
  close(): Promise<void>;
}

const SILENT: Omit<Signals, "access"> = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
  mail: () => undefined,
  alerts: () => undefined,
};

/** @param mail how it mails; left out: it sends no e-mail. */
export async function createTestApi(mail: Deps["mail"] = null): Promise<TestApi> {
  const database = await createTestDatabase();
  const { db } = database;
  const logger = createLogger("silent");
  const auth = await openAuth({ db, publicUrl: PUBLIC_URL, logger });
  const signals: Signals = { ...SILENT, access: () => auth.forget() };
  const deps: Deps = { db, logger, signals, limitsOf: () => whatsapp.limits, mail };
  const activity = new ActivityNotes(deps);
  const app = await buildHttpServer({
    withApi: true,
    deps,
    auth,
    config: { publicUrl: PUBLIC_URL, trustProxy: false, push: TEST_PUSH, webAppFolder: "nowhere" },
    onActivity: (member) => activity.note(member),
    channels: new Map<string, AnyChannel>([["whatsapp", whatsapp]]),
    registerMore: [],
  });
  const ask = async (route: string, call: Call = {}) => await askApp(app, route, call);
  return {
    app,
    deps,
    auth,
    ask,
    createTenant: (name) => createTenant(deps, ask, name),
    close: async () => {
      await app.close();
      await auth.close();
      await database.drop();
    },
  };
}

async function askApp(app: FastifyInstance, route: string, call: Call): Promise<Answer> {
  const [method = "GET", url = "/"] = route.split(" ");
  const response = await app.inject({
    method: method as "GET",
    url,
    headers: { host: new URL(PUBLIC_URL).host, ...call.headers },
    ...(call.body === undefined ? {} : { payload: call.body as object }),
  });
  const isJson = /^application\/(problem\+)?json/.test(String(response.headers["content-type"]));
  return {
    status: response.statusCode,
    headers: response.headers,
    body: isJson ? response.json() : {},
    text: response.body,
  };
}

type Ask = TestApi["ask"];

async function createTenant(deps: Deps, ask: Ask, name: string): Promise<TestTenant> {
  const { accountId } = await createAccount(deps, { name, by: COMMAND_LINE });
  const phoneNumberId = String(Math.floor(Math.random() * 1e15));
  const { channelId } = await createChannel(deps, whatsapp, {
    accountId,
    name: `${name} support`,
    config: {
      phoneNumberId,
      accessToken: `token-of-${name}`,
      appSecret: `secret-of-${name}`,
      verifyToken: `verify-of-${name}`,
    },
    by: COMMAND_LINE,
  });
  const hire = async (person: string, role: "agent" | "supervisor" | "admin") => {
    const email = `${person}.${newId()}@${name.toLowerCase()}.test`;
    const member = { accountId, email, name: `${person} ${name}`, role };
    const { memberId } = await addMember(deps, { ...member, by: COMMAND_LINE });
    const { secret } = await createToken(deps, {
      accountId,
      by: COMMAND_LINE,
      memberId,
      name: "test",
    });
    return testMember(ask, memberId, email, secret);
  };
  return {
    accountId,
    channelId,
    admin: await hire("Ada", "admin"),
    supervisor: await hire("Sue", "supervisor"),
    agent: await hire("Ann", "agent"),
    otherAgent: await hire("Bob", "agent"),
    customerWrites: async (
      phone,
      text = "Hello",
      customer = `Customer ${name}`,
      to = channelId,
    ) => {
      await receiveMessages(deps, [
        {
          accountId,
          channelId: to,
          event: {
            type: "customerMessage",
            address: phoneNumberId,
            at: Date.now(),
            raw: null,
            externalId: `wamid.${newId()}`,
            contact: { userId: null, parentUserId: null, phone, username: null, name: customer },
            content: { type: "text", text },
            replyTo: null,
          },
        },
      ]);
      const [row] = await deps.db.query<{ id: string }>(
        `select s.id from sessions s join contact_identities i on i.contact_id = s.contact_id
         where s.account_id = $1 and i.phone = $2 and s.channel_id = $3 order by s.opened_at desc, s.id desc limit 1`,
        [accountId, phone, to],
      );
      if (row === undefined) throw new Error("no session opened");
      return row.id;
    },
  };
}

function testMember(ask: Ask, id: string, email: string, token: string): TestMember {
  return {
    id,
    email,
    token,
    call: (route, call = {}) => {
      const [method, path] = route.split(" ");
      const headers = { authorization: `Bearer ${token}`, ...call.headers };
      return ask(`${method} /api/v1${path}`, { ...call, headers });
    },
  };
}
