import { whatsapp } from "@punctual/channel-whatsapp";
import { PunctualError } from "@punctual/contract";
import { type Command, Option } from "commander";
import { z } from "zod";
import { changeChannel, createChannel } from "../../actions/create-channel.ts";
import { randomSecret } from "../../platform/random.ts";
import { COMMAND_LINE } from "../../store/audit-log.ts";
import { readChannels } from "../../store/channels.ts";
import { presentChannel } from "../../views/channel.ts";
import { answerWith, textTable } from "../answer.ts";
import { channels } from "../channels.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { parseName } from "../parse-options.ts";
import { readJsonInput } from "../read-input.ts";
import { withServer } from "../with-server.ts";

/** `punctual channel …`: the business's addresses on networks. */
export function addChannelCommands(program: Command): void {
  const channel = program.command("channel").description("The business's addresses on networks");
  addWhatsApp(channel.command("add").description("Connect an address"));
  addSet(channel);
  addList(channel);
}

/** May come by option, by environment variable, or together as JSON on standard input. */
const Secrets = z.strictObject({
  accessToken: z.string().optional(),
  appSecret: z.string().optional(),
  verifyToken: z.string().optional(),
});

interface ChangeOptions extends AccountOption, z.infer<typeof Secrets> {
  readonly name?: string;
  readonly businessAccountId?: string;
  readonly secretsFromStdin?: boolean;
}

interface WhatsAppOptions extends ChangeOptions {
  readonly phoneNumberId: string;
  readonly graphUrl?: string;
  readonly graphVersion?: string;
}

function addWhatsApp(add: Command): void {
  const command = addSecretOptions(addAccountOption(add.command("whatsapp")))
    .description("Connect a WhatsApp number and print the webhook URL to enter at Meta")
    .requiredOption("--phone-number-id <id>", "Meta's id of the number: digits only")
    .option("--graph-url <url>", "another address than https://graph.facebook.com")
    .option("--graph-version <version>", "another version of the Graph API, such as v25.0")
    .option(...BUSINESS_ACCOUNT)
    .option("--name <name>", "as agents see it", parseName);
  answerWith<WhatsAppOptions>(command, async (options) => {
    const config = await configOf(options);
    return await withServer(async ({ deps, config: { publicUrl } }) => {
      const { id: accountId } = await findAccount(deps.db, options);
      const name = options.name ?? `WhatsApp ${options.phoneNumberId}`;
      const { channelId: id } = await createChannel(deps, whatsapp, {
        accountId,
        name,
        config,
        by: COMMAND_LINE,
      });
      const webhookUrl = `${publicUrl}/webhooks/whatsapp/${id}`;
      const { verifyToken } = config;
      return {
        data: { id, name, webhookUrl, verifyToken },
        text: `Connected ${name}: ${id}\nWebhook URL:  ${webhookUrl}\nVerify token: ${verifyToken}`,
      };
    });
  });
}

function addSet(channel: Command): void {
  const command = addSecretOptions(addAccountOption(channel.command("set")))
    .description("Change a channel's name or credentials. New credentials start a stopped channel.")
    .argument("<id>", "the channel, as channel list shows it")
    .option(...BUSINESS_ACCOUNT)
    .option("--name <name>", "as agents see it", parseName)
    .addHelpText("after", "The environment counts only when no other option says what to change.");
  answerWith<ChangeOptions>(command, async (options, [channelId = ""]) => {
    const { name } = options;
    const fields = {
      ...(await changedSecrets(command, options)),
      ...businessAccountOf(options),
    };
    const config = Object.keys(fields).length === 0 ? undefined : fields;
    const changed = [...(name === undefined ? [] : ["name"]), ...Object.keys(fields)];
    if (changed.length === 0) {
      throw new PunctualError("validation_failed", "Say what to change. --help shows the options.");
    }
    return await withServer(async ({ deps }) => {
      const { id: accountId } = await findAccount(deps.db, options);
      const change = { accountId, channelId, name, config, by: COMMAND_LINE };
      await changeChannel(deps, (kind) => channels.get(kind), change);
      return {
        data: { id: channelId, changed },
        text: `Changed ${changed.join(", ")} of the channel ${channelId}.`,
      };
    });
  });
}

/** Secrets left in the environment for one channel must not slip into another that is renamed. */
async function changedSecrets(
  command: Command,
  { name, secretsFromStdin, businessAccountId, ...options }: ChangeOptions,
): Promise<z.infer<typeof Secrets>> {
  if (secretsFromStdin === true) return await readSecrets();
  const given = SECRETS.filter(({ field }) => options[field] !== undefined);
  const typed = given.filter(({ field }) => command.getOptionValueSource(field) === "cli");
  const saysWhat = typed.length > 0 || name !== undefined || businessAccountId !== undefined;
  const chosen = saysWhat ? typed : given;
  return Object.fromEntries(chosen.map(({ field }) => [field, options[field]]));
}

const BUSINESS_ACCOUNT = [
  "--business-account-id <id>",
  "Meta's id of the WhatsApp business account, to list its templates",
] as const;

function businessAccountOf({ businessAccountId }: ChangeOptions) {
  return businessAccountId === undefined ? {} : { businessAccountId };
}

const SECRETS = [
  {
    field: "accessToken",
    name: "access token",
    option: "--access-token",
    variable: "WHATSAPP_ACCESS_TOKEN",
    meaning: "sends messages",
  },
  {
    field: "appSecret",
    name: "app secret",
    option: "--app-secret",
    variable: "WHATSAPP_APP_SECRET",
    meaning: "signs webhooks",
  },
  {
    field: "verifyToken",
    name: "verify token",
    option: "--verify-token",
    variable: "WHATSAPP_VERIFY_TOKEN",
    meaning: "any text, entered at Meta too",
  },
] as const;

function addSecretOptions(command: Command): Command {
  for (const { option, variable, meaning } of SECRETS) {
    command.addOption(new Option(`${option} <secret>`, meaning).env(variable));
  }
  return command
    .option("--secrets-from-stdin", 'read {"accessToken","appSecret","verifyToken"} as JSON')
    .addHelpText(
      "after",
      "\nOther users of this machine can see options, but not the environment.",
    );
}

async function configOf(options: WhatsAppOptions) {
  const piped = options.secretsFromStdin === true ? await readSecrets() : {};
  const { phoneNumberId, graphUrl, graphVersion } = options;
  const { accessToken, appSecret, verifyToken = randomSecret() } = { ...options, ...piped };
  requireSecrets({ accessToken, appSecret, verifyToken });
  return {
    ...{ phoneNumberId, accessToken, appSecret, verifyToken },
    ...businessAccountOf(options),
    ...(graphUrl === undefined ? {} : { graphUrl }),
    ...(graphVersion === undefined ? {} : { graphVersion }),
  };
}

function requireSecrets(secrets: z.infer<typeof Secrets>): void {
  const missing = SECRETS.filter(({ field }) => secrets[field] === undefined);
  if (missing.length === 0) return;
  const sentences = missing.map(
    ({ name, option, variable }) => `The ${name} is missing: set ${variable}, or give ${option}.`,
  );
  throw new PunctualError("validation_failed", sentences.join("\n"));
}

async function readSecrets(): Promise<z.infer<typeof Secrets>> {
  const parsed = Secrets.safeParse(await readJsonInput("-"));
  if (parsed.success) return parsed.data;
  throw new PunctualError(
    "validation_failed",
    'Standard input must be JSON such as {"accessToken":"…","appSecret":"…","verifyToken":"…"}.',
  );
}

function addList(channel: Command): void {
  const list = addAccountOption(channel.command("list")).description("List the channels");
  answerWith<AccountOption>(list, async (options) =>
    withServer(async ({ deps, config }) => {
      const account = await findAccount(deps.db, options);
      const rows = await readChannels(deps.db, account.id);
      const channels = rows.map((row) => presentChannel(row, config.publicUrl));
      const lines = channels.map(({ id, kind, name, stoppedReason, webhookUrl }) => [
        ...[id, kind, name, stoppedReason ?? "sending", webhookUrl],
      ]);
      const titles = ["id", "network", "name", "state", "webhook URL"];
      return { data: { channels }, text: textTable(titles, lines, "There is none yet.") };
    }),
  );
}
