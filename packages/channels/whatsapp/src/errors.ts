/**
 * What a refused or failed send means (channels.md A16): a table, and the back-offs it names.
 *
 *   Graph error code in the answer → the table decides, never the HTTP status
 *   no code                        → the HTTP status decides
 *   no answer at all               → retry only when certainly no byte of the request was sent
 *
 * Graph knows no idempotency key, so everything uncertain is `unknown` and never repeated.
 */
import { createHash } from "node:crypto";
import type { SendOutcome } from "@punctual/channel-kit";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

type Retry = Extract<SendOutcome, { type: "retry" }>;

interface Backoff {
  readonly scope: Retry["scope"];
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** Largest share added at random, so that many messages don't come back in the same instant. */
  readonly jitter: number;
  readonly maxAttempts: number;
}

/** Waits 1, 3, 9, 27, 81, 243, 300 s: about eleven minutes in all. */
const TEMPORARY: Backoff = {
  scope: "message",
  firstMs: SECOND_MS,
  factor: 3,
  capMs: 5 * MINUTE_MS,
  jitter: 0.5,
  maxAttempts: 8,
};
/** The number is too fast: everything on it slows down, and no message is given up soon for it. */
const THROUGHPUT: Backoff = {
  scope: "channel",
  firstMs: SECOND_MS,
  factor: 2,
  capMs: MINUTE_MS,
  jitter: 0.5,
  maxAttempts: 20,
};
/** Hourly call quotas come back in minutes, not in seconds. */
const CALL_QUOTA: Backoff = {
  scope: "channel",
  firstMs: MINUTE_MS,
  factor: 2,
  capMs: 15 * MINUTE_MS,
  jitter: 0.5,
  maxAttempts: 8,
};
/**
 * 4^n seconds as Meta asks, for this customer only (channels.md A15); alone, it needs no jitter.
 */
const PAIR_RATE: Backoff = {
  scope: "contact",
  firstMs: SECOND_MS,
  factor: 4,
  capMs: 10 * MINUTE_MS,
  jitter: 0,
  maxAttempts: 8,
};
const FLOW_THROTTLED: Backoff = { ...TEMPORARY, firstMs: MINUTE_MS };

/** `stop`: nothing else will leave the channel either, until a person has mended it. */
type Handling = "stop" | "reject" | Backoff;

interface ErrorRule {
  /** Single codes, or a range with both ends included. */
  readonly codes: readonly (number | readonly [from: number, to: number])[];
  readonly handling: Handling;
  /** The sentence a person reads. */
  readonly meaning: string;
}

/** The first rule that names a code counts. */
const ERROR_RULES: readonly ErrorRule[] = [
  {
    codes: [0, 190],
    handling: "stop",
    meaning: "WhatsApp does not accept the access token: it is missing, expired or revoked.",
  },
  {
    codes: [3, 10, [200, 299], 131005],
    handling: "stop",
    meaning: "The access token lacks a permission for this WhatsApp number.",
  },
  {
    codes: [131031, 368, 130497],
    handling: "stop",
    meaning: "WhatsApp locked or restricted this business account.",
  },
  {
    codes: [131037, 131042, 131045, 133010],
    handling: "stop",
    meaning: "The WhatsApp number can't send: check its registration, display name and payment.",
  },
  {
    codes: [131048],
    handling: "stop",
    meaning: "WhatsApp restricted this number because of spam reports.",
  },
  { codes: [4, 80007], handling: CALL_QUOTA, meaning: "Too many calls to WhatsApp in this hour." },
  {
    codes: [130429],
    handling: THROUGHPUT,
    meaning: "The number sends faster than WhatsApp allows.",
  },
  {
    codes: [131056],
    handling: PAIR_RATE,
    meaning: "Too many messages to this customer in a short time.",
  },
  {
    codes: [1, 2, 131000, 131016, 131057, 133004],
    handling: TEMPORARY,
    meaning: "WhatsApp has a temporary problem.",
  },
  { codes: [132069], handling: FLOW_THROTTLED, meaning: "WhatsApp throttles this form." },
  {
    codes: [131047],
    handling: "reject",
    meaning: "More than 24 hours have passed since the customer's last message. Send a template.",
  },
  {
    codes: [131026],
    handling: "reject",
    meaning:
      "The message can't be delivered: the customer may not use WhatsApp, or an old version.",
  },
  { codes: [131021], handling: "reject", meaning: "Sender and recipient are the same number." },
  { codes: [130403], handling: "reject", meaning: "The business has blocked this customer." },
  {
    codes: [131049, 130472],
    handling: "reject",
    meaning: "WhatsApp limits marketing messages to this customer. Try again in a day or later.",
  },
  { codes: [131050], handling: "reject", meaning: "The customer has opted out of marketing." },
  {
    codes: [131062],
    handling: "reject",
    meaning: "This message needs the customer's phone number, which WhatsApp has not shared.",
  },
  { codes: [131063], handling: "reject", meaning: "Marketing templates are switched off." },
  {
    codes: [131064],
    handling: "reject",
    meaning: "WhatsApp limits this account's templates because of wrong categories.",
  },
  {
    codes: [131008, 131009, 100, 135000, 33],
    handling: "reject",
    meaning: "WhatsApp found the request wrong. Check the phone number id and the message.",
  },
  {
    codes: [131051, 131052, 131053],
    handling: "reject",
    meaning: "WhatsApp can't handle this type of message or file.",
  },
  {
    codes: [132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018],
    handling: "reject",
    meaning: "The template can't be used: it is missing, paused, or its parameters don't fit.",
  },
  { codes: [132068], handling: "reject", meaning: "WhatsApp blocked this form." },
  {
    codes: [133000, 133005, 133006, 133008, 133009, 133015, 133016],
    handling: "reject",
    meaning: "The number's registration with WhatsApp isn't finished.",
  },
];

/** What an answer says that isn't an acceptance. */
export interface Refusal {
  readonly httpStatus: number;
  /** Graph's `error.code`; `null` when the body carries none. */
  readonly code: number | null;
  /** Graph's own words, already without secrets. */
  readonly details: string | null;
  readonly isTransient: boolean;
  /** How long the provider asks to be left alone, in ms; 0 when it says nothing. */
  readonly waitMs: number;
}

/**
 * A refusal → outcome (channels.md A16).
 * @param reference of the message; the jitter is derived from it, so the same message waits the
 * same.
 */
export function classifyRefusal(refusal: Refusal, reference: string): SendOutcome {
  const { httpStatus, code, details, isTransient, waitMs } = refusal;
  if (code === null) return classifyStatus(refusal, reference);
  const rule = ERROR_RULES.find((candidate) => names(candidate, code));
  const name = String(code);
  if (rule?.handling === "stop") {
    // Without Graph's own words: for a bad token they quote it.
    return { type: "rejected", code: name, message: rule.meaning, stopsChannel: true };
  }
  const said = details === null ? "" : ` (${details})`;
  const message = `${rule?.meaning ?? "WhatsApp refused the message."}${said}`;
  if (rule !== undefined && rule.handling !== "reject") {
    return retry(name, message, rule.handling, reference, waitMs);
  }
  if (rule === undefined && (isTransient || httpStatus >= 500)) {
    return retry(name, message, TEMPORARY, reference, waitMs);
  }
  return { type: "rejected", code: name, message, stopsChannel: false };
}

/**
 * An answer without a Graph error, often from something in between: only the HTTP status speaks.
 */
function classifyStatus({ httpStatus, waitMs }: Refusal, reference: string): SendOutcome {
  const code = `http_${httpStatus}`;
  const message = `WhatsApp answered with HTTP status ${httpStatus}.`;
  // A gateway passed the request on and got no answer itself.
  if (httpStatus === 504) return { type: "unknown", code, message };
  if (httpStatus === 429) return retry(code, message, THROUGHPUT, reference, waitMs);
  if (httpStatus === 408 || httpStatus === 425 || httpStatus >= 500) {
    return retry(code, message, TEMPORARY, reference, waitMs);
  }
  return { type: "rejected", code, message, stopsChannel: httpStatus === 401 };
}

/** Codes of failures that happen before the first byte of a request leaves this machine. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EMFILE",
  "ENFILE",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_TLS_HANDSHAKE_TIMEOUT",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
  "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
  "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
]);

/**
 * A request that got no answer → outcome.
 * @param thrown what `fetch` threw; only its error code is used, never its text.
 */
export function classifyNoAnswer(thrown: unknown, reference: string): SendOutcome {
  const cause = causeOf(thrown);
  if (cause.connecting) {
    const message = `WhatsApp could not be reached (${cause.code}).`;
    return retry("not_connected", message, TEMPORARY, reference, 0);
  }
  const message = `WhatsApp's answer did not come (${cause.code}); the message may have been sent.`;
  return { type: "unknown", code: "no_answer", message };
}

/** Stopped before the request was made: certainly not sent. */
export function neverStarted(reference: string): SendOutcome {
  const message = "The message was stopped before it was sent.";
  return retry("not_started", message, TEMPORARY, reference, 0);
}

/**
 * `fetch` wraps the socket's error as its cause; a reset or a timeout counts only while
 * connecting.
 */
function causeOf(thrown: unknown): { readonly code: string; readonly connecting: boolean } {
  const error = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  if (!(error instanceof Error)) return { code: "no error code", connecting: false };
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return { code, connecting: NOT_CONNECTED.has(code) || isConnecting(error) };
}

/**
 * A connection cut during the TLS handshake has the code of any other reset; only Node's text
 * differs.
 */
const CUT_IN_HANDSHAKE =
  "Client network socket disconnected before secure TLS connection was established";

/** A host with several addresses is tried at each of them, and all the failures come as one. */
function isConnecting(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isConnecting);
  if (!(error instanceof Error)) return false;
  return ("syscall" in error && error.syscall === "connect") || error.message === CUT_IN_HANDSHAKE;
}

function names(rule: ErrorRule, code: number): boolean {
  return rule.codes.some((entry) =>
    typeof entry === "number" ? entry === code : code >= entry[0] && code <= entry[1],
  );
}

function retry(
  code: string,
  message: string,
  backoff: Backoff,
  reference: string,
  waitMs: number,
): SendOutcome {
  const { scope, firstMs, factor, capMs, jitter, maxAttempts } = backoff;
  return {
    type: "retry",
    code,
    message,
    scope,
    maxAttempts,
    afterMs: (attempt) => {
      const grown = Math.min(firstMs * factor ** (attempt - 1), capMs);
      return Math.max(Math.round(grown * (1 + jitter * shareOf(reference, attempt))), waitMs);
    },
  };
}

/** A number in [0, 1) that looks random but is always the same for a message and an attempt. */
function shareOf(reference: string, attempt: number): number {
  const digest = createHash("sha256").update(`${reference}#${attempt}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}
