import { whatsapp } from "@punctual/channel-whatsapp";
import {
  AssignmentRuleInput,
  type ClockSettings,
  DEFAULT_CLOCK_SETTINGS,
  type Member,
} from "@punctual/contract";
import { writeMember } from "../actions/add-member.ts";
import { createAccount } from "../actions/create-account.ts";
import { createChannel } from "../actions/create-channel.ts";
import { createToken } from "../actions/create-token.ts";
import type { Deps, Signals } from "../actions/deps.ts";
import { createRule } from "../actions/save-rule.ts";
import { saveClockSettings } from "../actions/save-settings.ts";
import type { Database } from "../platform/database.ts";
import { createLogger } from "../platform/logger.ts";
import { COMMAND_LINE } from "../store/audit-log.ts";

/** Its WhatsApp number, as the emulator is to have it. */
export const CRASH_NUMBER = {
  phoneNumberId: "106540352242922",
  displayPhoneNumber: "+15550783881",
  accessToken: "token",
  appSecret: "secret",
  verifyToken: "verify",
} as const;

export interface CrashMember {
  readonly id: string;
  /** An API token. */
  readonly token: string;
}

/** A business as it stands in the database: an admin, a supervisor, agents, one rule that gives in turn. */
export interface CrashBusiness {
  readonly accountId: string;
  readonly channelId: string;
  readonly admin: CrashMember;
  readonly supervisor: CrashMember;
  readonly agents: readonly CrashMember[];
}

export interface CrashBusinessOptions {
  /** Where the business's messages go. */
  readonly graphUrl: string;
  /** Changes to the default settings. */
  readonly settings: Partial<ClockSettings>;
  readonly agentNames: readonly string[];
  /** Whether only agents who are online get sessions. */
  readonly onlineOnly: boolean;
}

/** Writes the business into a migrated database, without a server. */
export async function createCrashBusiness(
  db: Database,
  { graphUrl, settings, agentNames, onlineOnly }: CrashBusinessOptions,
): Promise<CrashBusiness> {
  const logger = createLogger("silent");
  const deps: Deps = { db, logger, signals: SILENT, limitsOf: () => whatsapp.limits, mail: null };
  const { accountId } = await createAccount(deps, { name: "Acme", by: COMMAND_LINE });
  const { displayPhoneNumber, ...number } = CRASH_NUMBER;
  const { channelId } = await createChannel(deps, whatsapp, {
    accountId,
    name: `Support ${displayPhoneNumber}`,
    config: { ...number, graphUrl },
    by: COMMAND_LINE,
  });
  const hire = async (name: string, role: Member["role"]): Promise<CrashMember> => {
    const email = `${name.toLowerCase()}@acme.test`;
    const id = await db.transaction((tx) =>
      writeMember(tx, { accountId, by: COMMAND_LINE, email, name, role }),
    );
    const { secret } = await createToken(deps, {
      accountId,
      by: COMMAND_LINE,
      memberId: id,
      name: "crash",
    });
    return { id, token: secret };
  };
  const admin = await hire("Ada", "admin");
  const supervisor = await hire("Bao", "supervisor");
  const agents: CrashMember[] = [];
  for (const name of agentNames) agents.push(await hire(name, "agent"));
  const target = { members: agents.map(({ id }) => id) };
  const rule = AssignmentRuleInput.parse({ name: "In turn", target, onlineOnly });
  await createRule(deps, { accountId, by: COMMAND_LINE }, rule);
  await saveClockSettings(deps, {
    accountId,
    channelId: null,
    settings: { ...DEFAULT_CLOCK_SETTINGS, ...settings },
    applyTo: "all",
    by: COMMAND_LINE,
  });
  return { accountId, channelId, admin, supervisor, agents };
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
