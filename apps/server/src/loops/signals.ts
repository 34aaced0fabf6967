/**
 * Tells loops that a commit gave them something to do: in this process at once, on other nodes through
 * NOTIFY. One notification carries everything since the last one, at most one every 2 ms: NOTIFY in
 * every transaction would cost three quarters of the throughput (targets.md, "Following the log").
 *
 *     action ──commit──▶ signal ──▶ listeners here
 *                          └──gathered──▶ NOTIFY ──▶ listeners on other nodes
 *
 * Nothing depends on it but time: whoever listens also polls. When the listening connection was lost,
 * notifications may have been too, so after it is back everybody is woken.
 */
import { z } from "zod";
import type { Signals } from "../actions/deps.ts";
import { nextTurn, sleep } from "../platform/clock.ts";
import type { Database } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import type { Logger } from "../platform/logger.ts";

/** Signals with their listeners. Each `on…` gives the function that ends the listening. */
export interface LiveSignals extends Signals {
  /** A deadline at this time (epoch ms) was armed; 0: look for yourself. */
  onDeadline(listener: (at: number) => void): () => void;
  onOutbox(listener: () => void): () => void;
  onEvents(listener: () => void): () => void;
  /** The account whose line may move; `null`: any. */
  onLine(listener: (accountId: string | null) => void): () => void;
  onSettings(listener: () => void): () => void;
  onMail(listener: () => void): () => void;
  onAlerts(listener: () => void): () => void;
  onAccess(listener: () => void): () => void;
  /** A member types somewhere: for other nodes, this one knows. Under a storm only some of it is told. */
  typing(note: TypingNote): void;
  /** What other nodes told of typing. */
  onTyping(listener: (notes: readonly TypingNote[]) => void): () => void;
  /** Sends what is gathered and ends the listening. */
  stop(): Promise<void>;
}

/** Who types in which session, or no longer does. */
const TypingNote = z.object({
  accountId: z.string(),
  sessionId: z.string(),
  memberId: z.string(),
  typing: z.boolean(),
});
export type TypingNote = z.infer<typeof TypingNote>;

const CHANNEL = "punctual";
const EVERY_MS = 2;
/** A payload holds 8,000 bytes; beyond this many accounts it says "any". */
const MAX_ACCOUNTS = 100;
/** As many go along with that; the others are left out. */
const MAX_TYPING = 15;

/** What changed, gathered since the last notification. `line` is `null` for any account. */
interface Changes {
  deadline: number | null;
  outbox: boolean;
  events: boolean;
  settings: boolean;
  mail: boolean;
  alerts: boolean;
  access: boolean;
  line: Set<string> | null;
  readonly typing: readonly TypingNote[];
}

/** Those that say nothing but that there is something. */
const KINDS = ["outbox", "events", "settings", "mail", "alerts", "access"] as const;

const Payload = z.object({
  from: z.string(),
  deadline: z.number().nullable(),
  outbox: z.boolean(),
  events: z.boolean(),
  settings: z.boolean(),
  mail: z.boolean(),
  alerts: z.boolean(),
  access: z.boolean(),
  line: z.array(z.string()).nullable(),
  typing: z.array(TypingNote).default([]),
});

export async function createSignals(db: Database, logger: Logger): Promise<LiveSignals> {
  const from = newId();
  const listeners = {
    deadline: new Set<(at: number) => void>(),
    outbox: new Set<() => void>(),
    events: new Set<() => void>(),
    settings: new Set<() => void>(),
    mail: new Set<() => void>(),
    alerts: new Set<() => void>(),
    access: new Set<() => void>(),
    line: new Set<(accountId: string | null) => void>(),
    typing: new Set<(notes: readonly TypingNote[]) => void>(),
  };
  const tell = (changes: Changes) => {
    const { deadline, line } = changes;
    if (deadline !== null) for (const listener of listeners.deadline) listener(deadline);
    for (const kind of KINDS) if (changes[kind]) for (const listener of listeners[kind]) listener();
    const { typing } = changes;
    if (typing.length > 0) for (const listener of listeners.typing) listener(typing);
    for (const accountId of line ?? [null]) {
      for (const listener of listeners.line) listener(accountId);
    }
  };
  const sender = new Sender(async (changes) => {
    const payload = { from, ...changes, line: changes.line === null ? null : [...changes.line] };
    try {
      await db.query("select pg_notify($1, $2)", [CHANNEL, JSON.stringify(payload)]);
    } catch (error) {
      logger.warn({ err: error }, "other nodes were not notified; they will poll");
    }
  });
  const stopListening = await db.listen(CHANNEL, (text) => {
    const heard = parsePayload(text);
    if (heard === null) tell(EVERYTHING);
    else if (heard.from !== from) tell(heard);
  });
  const signal = (changes: Partial<Changes>) => {
    const whole = { ...NOTHING, ...changes };
    tell(whole);
    sender.add(whole);
  };
  return {
    deadlineAt: (at) => signal({ deadline: at }),
    outbox: () => signal({ outbox: true }),
    events: () => signal({ events: true }),
    line: (accountId) => signal({ line: accountId === null ? null : new Set([accountId]) }),
    settings: () => signal({ settings: true }),
    mail: () => signal({ mail: true }),
    alerts: () => signal({ alerts: true }),
    access: () => signal({ access: true }),
    typing: (note) => sender.add({ ...NOTHING, typing: [note] }),
    onDeadline: (listener) => subscribe(listeners.deadline, listener),
    onOutbox: (listener) => subscribe(listeners.outbox, listener),
    onEvents: (listener) => subscribe(listeners.events, listener),
    onLine: (listener) => subscribe(listeners.line, listener),
    onSettings: (listener) => subscribe(listeners.settings, listener),
    onMail: (listener) => subscribe(listeners.mail, listener),
    onAlerts: (listener) => subscribe(listeners.alerts, listener),
    onAccess: (listener) => subscribe(listeners.access, listener),
    onTyping: (listener) => subscribe(listeners.typing, listener),
    stop: async () => {
      await sender.drain();
      await stopListening();
    },
  };
}

const NOTHING: Changes = {
  deadline: null,
  outbox: false,
  events: false,
  settings: false,
  mail: false,
  alerts: false,
  access: false,
  line: new Set(),
  typing: [],
};
const EVERYTHING: Changes = {
  deadline: 0,
  outbox: true,
  events: true,
  settings: true,
  mail: true,
  alerts: true,
  access: true,
  line: null,
  typing: [],
};

/** `null`: nobody can say what was missed, as after a reconnection. */
function parsePayload(text: string): (Changes & { readonly from: string }) | null {
  if (text === "") return null;
  try {
    const { line, ...rest } = Payload.parse(JSON.parse(text));
    return { ...rest, line: line === null ? null : new Set(line) };
  } catch {
    return null;
  }
}

function subscribe<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Gathers changes and sends them one notification at a time, never more often than every 2 ms. */
class Sender {
  readonly #send: (changes: Changes) => Promise<void>;
  #gathered: Changes | null = null;
  #sending: Promise<void> | null = null;

  constructor(send: (changes: Changes) => Promise<void>) {
    this.#send = send;
  }

  add(changes: Changes): void {
    this.#gathered = this.#gathered === null ? changes : merge(this.#gathered, changes);
    this.#sending ??= this.#run();
  }

  /** Waits until everything was sent. */
  async drain(): Promise<void> {
    await this.#sending;
  }

  async #run(): Promise<void> {
    // What the same turn of the event loop adds goes along.
    await nextTurn();
    while (this.#gathered !== null) {
      const changes = this.#gathered;
      this.#gathered = null;
      const pause = sleep(EVERY_MS);
      await this.#send(changes);
      await pause;
    }
    this.#sending = null;
  }
}

function merge(a: Changes, b: Changes): Changes {
  const deadlines = [a.deadline, b.deadline].filter((at) => at !== null);
  const line = a.line === null || b.line === null ? null : a.line.union(b.line);
  return {
    deadline: deadlines.length === 0 ? null : Math.min(...deadlines),
    outbox: a.outbox || b.outbox,
    events: a.events || b.events,
    settings: a.settings || b.settings,
    mail: a.mail || b.mail,
    alerts: a.alerts || b.alerts,
    access: a.access || b.access,
    line: line !== null && line.size > MAX_ACCOUNTS ? null : line,
    typing: [...a.typing, ...b.typing].slice(-MAX_TYPING),
  };
}
