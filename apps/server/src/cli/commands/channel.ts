import { whatsapp } from "@punctual/channel-whatsapp";
import { PunctualError } from "@punctual/contract";
import { type Command, Option } from "commander";
import { z } from "zod";
import { createChannel } from "../../actions/create-channel.ts";
import { randomSecret } from "../../platform/random.ts";
import { readChannels } from "../../store/channels.ts";
import { presentChannel } from "../../views/channel.ts";
import { answerWith, textTable } from "../answer.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { parseName } from "../parse-options.ts";
import { readJsonInput } from "../read-input.ts";
import { withServer } from "../with-server.ts";

/** `punctual channel …`: the business's addresses on networks. */
export function addChannelCommands(program: Command): void {
  const channel = program.command("channel").description("The business's addresses on networks");
  addWhatsApp(channel.command("add").description("Connect an address"));
  addList(channel);
}

/** May come by option, by environment variable, or together as JSON on standard input. */
const Secrets = z.strictObject({
  accessToken: z.string().optional(),
  appSecret: z.string().optional(),
  verifyToken: z.string().optional(),
});

interface WhatsAppOptions extends AccountOption, z.infer<typeof Secrets> {
  readonly phoneNumberId: string;
  readonly graphUrl?: string;
  readonly graphVersion?: string;
  readonly name?: string;
  readonly secretsFromStdin?: boolean;
}

function addWhatsApp(add: Command): void {
  const command = addAccountOption(add.command("whatsapp"))
    .description("Connect a WhatsApp number and print the webhook URL to enter at Meta")
    .requiredOption("--phone-number-id <id>", "Meta's id of the number: digits only")
    .addOption(secret("--access-token <token>", "sends messages", "WHATSAPP_ACCESS_TOKEN"))
    .addOption(secret("--app-secret <secret>", "signs webhooks", "WHATSAPP_APP_SECRET"))
    .addOption(
      secret("--verify-token <token>", "any text, entered at Meta too", "WHATSAPP_VERIFY_TOKEN"),
    )
    .option("--secrets-from-stdin", 'read {"accessToken","appSecret","verifyToken"} as JSON')
    .option("--graph-url <url>", "another address than https://graph.facebook.com")
    .option("--graph-version <version>", "another version of the Graph API, such as v25.0")
    .option("--name <name>", "as agents see it", parseName)
    .addHelpText(
      "after",
      "\nOther users of this machine can see options, but not the environment.",
    );
  answerWith<WhatsAppOptions>(command, async (options) => {
    const config = await configOf(options);
    return await withServer(async ({ deps, config: { publicUrl } }) => {
      const { id: accountId } = await findAccount(deps.db, options);
      const name = options.name ?? `WhatsApp ${options.phoneNumberId}`;
      const { channelId: id } = await createChannel(deps, whatsapp, { accountId, name, config });
      const webhookUrl = `${publicUrl}/webhooks/whatsapp/${id}`;
      const { verifyToken } = config;
      return {
        data: { id, name, webhookUrl, verifyToken },
        text: `Connected ${name}: ${id}\nWebhook URL:  ${webhookUrl}\nVerify token: ${verifyToken}`,
      };
    });
  });
}

function secret(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable);
}

async function configOf(options: WhatsAppOptions) {
  const piped = options.secretsFromStdin === true ? await readSecrets() : {};
  const { phoneNumberId, graphUrl, graphVersion } = options;
  return {
    phoneNumberId,
    accessToken: piped.accessToken ?? options.accessToken,
    appSecret: piped.appSecret ?? options.appSecret,
    verifyToken: piped.verifyToken ?? options.verifyToken ?? randomSecret(),
    ...(graphUrl === undefined ? {} : { graphUrl }),
    ...(graphVersion === undefined ? {} : { graphVersion }),
  };
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
