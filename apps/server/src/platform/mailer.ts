/**
 * Hands e-mails to an SMTP server, and says for certain what became of them: taken, refused, to be tried
 * again, or unknown. For the last one has to know whether the text had begun to leave, which nodemailer's
 * transports don't tell; its connection does, since it reads the text only when the server asked for it.
 */
import { isIP } from "node:net";
import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { timeoutSignal } from "./clock.ts";

export interface MailServer {
  /** `smtp://user:password@host:587`, or `smtps://…` for TLS from the start. */
  readonly url: string;
  /** `Name <address>`, or the address alone. */
  readonly from: string;
}

export interface Letter {
  /** Stays the same in every attempt: it makes the Message-ID, by which mailboxes tell repetitions. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export type MailOutcome =
  | { readonly type: "sent" }
  /** Nothing was taken, and it may be later. */
  | { readonly type: "retry"; readonly error: string }
  /** The server refuses this e-mail for good. */
  | { readonly type: "refused"; readonly error: string }
  /** The text left, the answer never came. */
  | { readonly type: "unknown"; readonly error: string };

export interface Mailer {
  /** Never throws. `hurry` ends an attempt at once. */
  send(letter: Letter, hurry: AbortSignal): Promise<MailOutcome>;
  /** Connects and logs in, sending nothing; gives what is wrong, or `null`. */
  check(): Promise<string | null>;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Longest that an attempt may take. */
export const MAIL_ATTEMPT_MS = 60_000;
const MAX_ERROR = 500;

export function createMailer(server: MailServer): Mailer {
  return {
    send: async (letter, hurry) => {
      let textLeft = false;
      try {
        const { envelope, message } = await compose(server, letter);
        const body = readOnce(message, () => {
          textLeft = true;
        });
        const until = AbortSignal.any([timeoutSignal(MAIL_ATTEMPT_MS), hurry]);
        await converse(server, until, (connection) => deliver(connection, envelope, body));
        return { type: "sent" };
      } catch (error) {
        return judge(error, textLeft);
      }
    },
    check: async () => {
      try {
        await converse(server, timeoutSignal(MAIL_ATTEMPT_MS), async () => undefined);
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
  };
}

interface Envelope {
  readonly from: string;
  readonly to: string[];
}

async function compose(server: MailServer, letter: Letter) {
  const domain = /@([^\s>]+)>?$/.exec(server.from)?.[1] ?? "localhost";
  const composer = new MailComposer({
    from: server.from,
    to: { name: "", address: letter.to },
    subject: letter.subject,
    text: letter.text,
    messageId: `<${letter.id}@${domain}>`,
    // RFC 3834: no holiday replies to these.
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const compiled = composer.compile();
  const { from } = compiled.getEnvelope();
  const envelope: Envelope = { from: from === false ? "" : from, to: [letter.to] };
  return { envelope, message: await compiled.build() };
}

/** Gives the bytes when they are first asked for, and says so. */
function readOnce(bytes: Buffer, onRead: () => void): Readable {
  return new Readable({
    read() {
      onRead();
      this.push(bytes);
      this.push(null);
    },
  });
}

/** Runs `work` on a connection that is logged in, and ends it. Throws whatever goes wrong first. */
async function converse(
  server: MailServer,
  until: AbortSignal,
  work: (connection: SMTPConnection) => Promise<void>,
): Promise<void> {
  const { options, auth } = parseServer(server.url);
  const connection = new SMTPConnection(options);
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  connection.on("error", broken.reject);
  until.addEventListener("abort", () => broken.reject(new Error("the attempt took too long")));
  try {
    const talk = async () => {
      await call((done) => connection.connect(done));
      if (auth !== null) await call((done) => connection.login(auth, done));
      await work(connection);
    };
    await Promise.race([talk(), broken.promise]);
    connection.quit();
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function deliver(connection: SMTPConnection, envelope: Envelope, body: Readable) {
  await call((done) => connection.send(envelope, body, done));
}

async function call(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}

function parseServer(address: string) {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const secure = url.protocol === "smtps:";
  const auth =
    url.username === ""
      ? null
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const options = {
    host,
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    // A password crosses no network in the clear, even where somebody on the way hides STARTTLS.
    requireTLS: !secure && auth !== null && !isThisMachine(host),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
  };
  return { options, auth };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * What an error means (RFC 5321 §4.2.1): a 5xx is final, except to our login, where it is the server's
 * settings that are wrong and not the e-mail. Without any answer it depends on whether the text had left.
 */
function judge(error: unknown, textLeft: boolean): MailOutcome {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const said = { error: messageOf(error) };
  if (responseCode === undefined) return { type: textLeft ? "unknown" : "retry", ...said };
  return { type: responseCode >= 500 && code !== "EAUTH" ? "refused" : "retry", ...said };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR);
}
