import { Command, InvalidArgumentError, Option } from "commander";
import { pino } from "pino";
import { type Emulator, startEmulator } from "./start-emulator.ts";

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly allowWebhookHost: readonly string[];
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly accessToken: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly webhookUrl?: string;
  readonly deliveredAfter: number;
  readonly readAfter: number;
  readonly logLevel: string;
}

const HOUR_MS = 3_600_000;

/** Whom the first example lets write, and somebody beside her. */
const CUSTOMER = { id: "anna", name: "Anna Keller", phone: "+16505551234" };
const OTHER_CUSTOMER = { id: "linh", name: "Linh Trần", phone: "+84905550002" };

await main();

async function main(): Promise<void> {
  const command = commandLine();
  const flags = command.parse().opts<Flags>();
  try {
    const emulator = await start(flags);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => void emulator.close());
    }
    console.log(welcome(emulator.url, flags));
  } catch (error) {
    command.error(`The emulator can't start: ${reasonOf(error, flags)}`);
  }
}

function commandLine(): Command {
  return new Command("emulator")
    .description("A WhatsApp Cloud API on this machine. Nothing reaches Meta.")
    .option("--port <port>", "port to listen on; 0 takes a free one", wholeNumber, 4000)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option(
      "--allow-webhook-host <host>",
      "send webhooks to this host too, not only to this machine (repeatable)",
      (host: string, before: readonly string[]) => [...before, host],
      [],
    )
    .option("--phone-number-id <id>", "the business number's id", "106540352242922")
    .option("--display-phone-number <phone>", "the business number", "+15550783881")
    .option("--access-token <token>", "the token that sends must carry", "emulator-token")
    .option("--app-secret <secret>", "the secret that signs webhooks", "emulator-secret")
    .option("--verify-token <token>", "the token of the webhook handshake", "emulator-verify")
    .option("--webhook-url <url>", "where webhooks go; can be set later")
    .option("--delivered-after <ms>", "from sent to delivered", wholeNumber, 500)
    .option("--read-after <ms>", "from delivered to read", wholeNumber, 3_000)
    .addOption(
      new Option("--log-level <level>", "what to log")
        .choices(["silent", "error", "warn", "info", "debug"])
        .default("warn"),
    )
    .addHelpText("after", "\nExample: npm run emulator -- --port 4000 --read-after 1000");
}

function start(flags: Flags): Promise<Emulator> {
  return startEmulator({
    host: flags.host,
    port: flags.port,
    allowWebhookHosts: flags.allowWebhookHost,
    logger: pino({ level: flags.logLevel }),
    numbers: [
      {
        phoneNumberId: flags.phoneNumberId,
        displayPhoneNumber: flags.displayPhoneNumber,
        accessToken: flags.accessToken,
        appSecret: flags.appSecret,
        verifyToken: flags.verifyToken,
        webhookUrl: flags.webhookUrl ?? null,
      },
    ],
    settings: {
      statusDelays: { sentMs: 50, deliveredMs: flags.deliveredAfter, readMs: flags.readAfter },
      // As Meta does it: minutes apart in the end, for a day and a half (channels.md A4).
      retry: {
        firstDelayMs: 1_000,
        factor: 2,
        maxDelayMs: 300_000,
        giveUpAfterMs: 36 * HOUR_MS,
      },
    },
  }).then(async (emulator) => {
    for (const customer of [CUSTOMER, OTHER_CUSTOMER]) await emulator.client.addCustomer(customer);
    return emulator;
  });
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}

function welcome(url: string, flags: Flags): string {
  const json = "-H 'content-type: application/json'";
  const number = `${url}/_emulator/numbers/${flags.phoneNumberId}`;
  const messages = `${url}/_emulator/customers/${CUSTOMER.id}/messages`;
  const webhook = flags.webhookUrl
    ? `2. Webhooks go to ${flags.webhookUrl}`
    : `2. Tell the emulator the webhook URL that this printed:

   curl -X PATCH ${number} ${json} -d '{"webhookUrl":"http://127.0.0.1:3000/…"}'`;
  return `WhatsApp emulator: ${url}   (Ctrl-C stops it; phones to type on are there)

1. Connect Punctual to its business number:

   npx punctual channel add whatsapp --graph-url ${url} \\
     --phone-number-id ${flags.phoneNumberId} --access-token ${flags.accessToken} \\
     --app-secret ${flags.appSecret} --verify-token ${flags.verifyToken}

${webhook}

3. Let the customer ${CUSTOMER.name} write:

   curl ${messages} ${json} -d '{"type":"text","text":"Hello!"}'

4. See what she got:

   curl ${url}/_emulator/customers/${CUSTOMER.id}/sent

All calls: ${url}/_emulator and apps/whatsapp-emulator/README.md`;
}

function reasonOf(error: unknown, flags: Flags): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE") {
    return `port ${flags.port} is in use. Choose another with --port.`;
  }
  return error.message;
}
