/**
 * `npm run demo [-- --port 3100 --phones-port 4100 --folder data/demo --fresh --json]`: a business with
 * employees, customers and some days behind it, in which a warning, an overdue session, a reassignment and a
 * close happen by themselves within two minutes. Ctrl-C stops it; the next start goes on.
 */
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { EmbeddedPostgresError } from "../../src/platform/embedded-postgres/embedded-postgres-error.ts";
import { BUSINESS, EMPLOYEES, PASSWORD } from "./people.ts";
import { DemoRunsError, startDemo } from "./start-demo.ts";

interface Flags {
  readonly port: number;
  readonly phonesPort: number;
  readonly folder: string;
  readonly fresh: boolean;
  readonly json: boolean;
}

const REPOSITORY = fileURLToPath(new URL("../../../..", import.meta.url));

const LOGINS = (["david", "hoa", "emily"] as const).map((key) => {
  const { name, email, role } = EMPLOYEES[key];
  return { role, name, email, password: PASSWORD };
});

await main();

async function main(): Promise<void> {
  const command = new Command("demo")
    .description("A business at work, to look at.")
    .option("--port <port>", "of the server", portOf, 3100)
    .option("--phones-port <port>", "of the simulated phones", portOf, 4100)
    .option("--folder <folder>", "where it remembers everything", `${REPOSITORY}data/demo`)
    .option("--fresh", "forget what was, and begin anew", false)
    .option("--json", "print one line of JSON once everything is ready", false);
  const flags = command.parse().opts<Flags>();
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => resolve());
    }
  });
  try {
    const say = flags.json ? () => {} : console.log;
    const { phonesUrl, stop } = await startDemo({ ...flags, say });
    const webUrl = `http://localhost:${flags.port}`;
    console.log(flags.json ? ready(webUrl, phonesUrl) : welcome(webUrl, phonesUrl));
    await asked;
    await stop();
  } catch (error) {
    command.error(`The demo can't start: ${reasonOf(error, flags)}`);
  }
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("Give a port, such as 3100.");
  return Number(text);
}

/** For a program that waits until there is something to look at. */
function ready(webUrl: string, phonesUrl: string): string {
  return JSON.stringify({ ready: true, webUrl, phonesUrl, logins: LOGINS });
}

function welcome(webUrl: string, phonesUrl: string): string {
  const rows = LOGINS.map(
    ({ role, email, name }) => `    ${role.padEnd(12)}${email.padEnd(24)}${name}`,
  );
  return `
  ${BUSINESS} is at work.

  Web app   ${webUrl}
${rows.join("\n")}
    Everybody's password is ${PASSWORD}

  Phones    ${phonesUrl}
    Six customers who write by themselves; you may write on their phones, too.

  Emily and Thảo answer nobody. Within two minutes a session is warned of, overdue, given to somebody
  else, and another one closes: watch it, or answer as Emily before it happens.

  Ctrl-C stops it. The next start goes on; --fresh begins anew.
  Ready.
`;
}

/** What to do about a failed start; what nobody foresaw is thrown on with all it says. */
function reasonOf(error: unknown, { port, phonesPort }: Flags): string {
  if (error instanceof DemoRunsError || error instanceof EmbeddedPostgresError) {
    return error.message;
  }
  if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
  const taken = "port" in error && error.port === phonesPort;
  const [which, option] = taken ? [phonesPort, "--phones-port"] : [port, "--port"];
  return `port ${which} is in use. Stop what runs there, or choose another with ${option}.`;
}
