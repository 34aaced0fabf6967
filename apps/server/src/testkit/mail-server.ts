import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import type { MailServer } from "../platform/mailer.ts";

/** An e-mail as it arrived. */
export interface Mail {
  readonly to: string;
  readonly from: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded. */
  readonly text: string;
}

export interface TestMailServer {
  /** What a server under test is given. */
  readonly settings: MailServer;
  readonly received: readonly Mail[];
  /** What the server does with the next e-mails: `null` takes them. Called when the text is in. */
  answer: () => Promise<SmtpError | null> | SmtpError | null;
  /** Breaks every connection, as a machine that falls over does. */
  cut(): void;
  stop(): Promise<void>;
}

/** An answer that is no acceptance, such as 451 or 550. */
export class SmtpError extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

export const MAIL_USER = { name: "punctual", password: "p@ss word" };

/** A real SMTP server on this machine that wants a login and keeps what it is sent. */
export async function startMailServer(): Promise<TestMailServer> {
  const received: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      const known = username === MAIL_USER.name && password === MAIL_USER.password;
      done(known ? null : new SmtpError(535, "who are you?"), { user: username });
    },
    onData: async (stream, session, done) => {
      const mail = parseMail(await text(stream), session.envelope);
      const refusal = await started.answer();
      if (refusal === null) received.push(mail);
      done(refusal);
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const login = `${MAIL_USER.name}:${encodeURIComponent(MAIL_USER.password)}`;
  const started: TestMailServer = {
    settings: { url: `smtp://${login}@127.0.0.1:${port}`, from: "Acme <chat@acme.test>" },
    received,
    answer: () => null,
    cut: () => {
      for (const { _socket: socket } of connectionsOf(server)) socket.destroy();
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
  return started;
}

function connectionsOf(server: SMTPServer): Iterable<{ readonly _socket: Socket }> {
  return (server as unknown as { connections: Set<{ readonly _socket: Socket }> }).connections;
}

interface Envelope {
  readonly mailFrom: { readonly address: string } | false;
  readonly rcptTo: readonly { readonly address: string }[];
}

function parseMail(raw: string, { mailFrom, rcptTo }: Envelope): Mail {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const body = raw.slice(end + 4);
  return {
    from: mailFrom === false ? "" : mailFrom.address,
    to: rcptTo.map(({ address }) => address).join(", "),
    headers,
    text: decode(body, headers["content-transfer-encoding"] ?? "7bit"),
  };
}

function decode(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding !== "quoted-printable") return body;
  const bytes = body
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
