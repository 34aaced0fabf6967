import { type ClockSettings, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { type Caller, createCaller } from "../../src/testkit/journey-api.ts";
import { CATEGORIES, QUICK_REPLIES, TAGS } from "./conversations.ts";
import type { DemoBusiness } from "./demo-file.ts";
import {
  BUSINESS,
  CREDENTIALS,
  EMPLOYEE_KEYS,
  EMPLOYEES,
  type EmployeeKey,
  NUMBER_KEYS,
  NUMBERS,
  type NumberKey,
  PASSWORD,
} from "./people.ts";

const END_MESSAGE =
  "Cảm ơn {{contact.firstName}}! Thank you for writing to {{business.name}}. We close this chat for now; write any time.";

/** As a business of this size might have them. */
export const USUAL_CLOCK = clock({ closeAfter: 30, reassignAfter: 25, limit: 15, warn: 5 });

/** As short as settings can be: all that the clock does happens within two minutes. */
export const QUICK_CLOCK = clock({ closeAfter: 1, reassignAfter: 1, limit: 2, warn: 1 });

interface Server {
  readonly url: string;
  readonly publicUrl: string;
  /** Where the channels find WhatsApp. */
  readonly graphUrl: string;
}

/** Sets the business up through the doors that people use: set-up link, invitations, API. */
export async function createBusiness(server: Server, setupLink: string): Promise<DemoBusiness> {
  const admin = await setUp(server, setupLink);
  const employees: Record<string, { id: string; token: string }> = {};
  for (const key of EMPLOYEE_KEYS) employees[key] = await hire(server, admin, key);
  const idOf = (key: EmployeeKey) => String(employees[key]?.id);
  const channels: Record<string, string> = {};
  for (const key of NUMBER_KEYS) channels[key] = await connect(server, admin, key, idOf);
  for (const tag of TAGS) await admin("POST /api/v1/tags", tag);
  for (const name of CATEGORIES) await admin("POST /api/v1/categories", { name });
  for (const reply of QUICK_REPLIES) await admin("POST /api/v1/quick-replies", reply);
  await saveClock(admin, USUAL_CLOCK);
  return { employees, channels };
}

/** For all open sessions. */
export async function saveClock(admin: Caller, settings: ClockSettings): Promise<void> {
  await admin("PUT /api/v1/settings/clock", { ...settings, applyTo: "all" });
}

/** Gives the API as the admin, logged in. */
async function setUp({ url, publicUrl }: Server, setupLink: string): Promise<Caller> {
  const token = new URL(setupLink).searchParams.get("token");
  const { name, email } = EMPLOYEES.david;
  const login = { email, password: PASSWORD };
  const call = createCaller(url, { origin: publicUrl });
  await call("POST /api/v1/setup", { token, businessName: BUSINESS, name, ...login });
  const { headers } = await call("POST /api/auth/sign-in/email", login);
  const cookie = headers.getSetCookie().map((each) => each.split(";")[0]);
  return createCaller(url, { origin: publicUrl, cookie: cookie.join("; ") });
}

async function hire({ url, publicUrl }: Server, admin: Caller, key: EmployeeKey) {
  const { name, email, role } = EMPLOYEES[key];
  const id = role === "admin" ? await ownId(admin) : await invite({ name, email, role });
  const token = await admin("POST /api/v1/tokens", { name: "demo", memberId: id });
  return { id, token: String(token.body.secret) };

  async function invite(person: Readonly<Record<string, string>>): Promise<string> {
    const { member, invitation } = (await admin("POST /api/v1/members", person)).body as {
      member: { id: string };
      invitation: { url: string };
    };
    const token = new URL(invitation.url).searchParams.get("token");
    const accept = { token, password: PASSWORD };
    await createCaller(url, { origin: publicUrl })("POST /api/v1/invitations/accept", accept);
    return member.id;
  }
}

async function ownId(admin: Caller): Promise<string> {
  return ((await admin("GET /api/v1/me")).body as { member: { id: string } }).member.id;
}

/** A channel, its team, and the rule that gives the one's sessions to the other in turn. */
async function connect(
  { graphUrl }: Server,
  admin: Caller,
  key: NumberKey,
  idOf: (key: EmployeeKey) => string,
): Promise<string> {
  const { phoneNumberId, verifiedName: name, team } = NUMBERS[key];
  const config = { phoneNumberId, graphUrl, ...CREDENTIALS };
  const channel = String((await admin("POST /api/v1/channels", { name, config })).body.id);
  const teamName = key === "support" ? "Support" : "Sales";
  const memberIds = team.map(idOf);
  const { id } = (await admin("POST /api/v1/teams", { name: teamName, memberIds })).body;
  await admin("POST /api/v1/assignment-rules", {
    name: `${teamName}, in turn`,
    conditions: { channels: [channel] },
    target: { team: id },
  });
  return channel;
}

function clock(minutes: {
  readonly closeAfter: number;
  readonly reassignAfter: number;
  readonly limit: number;
  readonly warn: number;
}): ClockSettings {
  const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
  const { closeAfter, reassignAfter, limit, warn } = minutes;
  return {
    closure: { ...closure, enabled: true, afterMinutes: closeAfter, message: END_MESSAGE },
    reassign: { ...reassign, enabled: true, afterMinutes: reassignAfter },
    reply: { ...reply, enabled: true, limitMinutes: limit, warnMinutes: warn },
  };
}
