/**
 * Tells who types where: what a client says goes to the sockets of everybody else who sees the session, on
 * this node at once and on others by their notifications. Nothing of it is kept, nothing waits for it, and
 * what is lost is said again a few seconds later.
 *
 *     client says ──▶ paced ──▶ does its member see the session? ──▶ sockets here
 *                                                         └──NOTIFY──▶ sockets on other nodes
 */
import { sees, type Visibility } from "../permissions/sees.ts";
import { elapsedMs } from "../platform/clock.ts";
import type { Queryable } from "../platform/database.ts";
import type { Logger } from "../platform/logger.ts";
import { readVisibilities } from "../store/session-visibility.ts";
import { message } from "./realtime-hub-encoding.ts";
import type { Onlooker } from "./realtime-hub-sight.ts";
import type { LiveSignals, TypingNote } from "./signals.ts";

/** A live socket, as far as typing goes. */
export interface TypingSocket extends Onlooker {
  readonly socket: { send(message: Buffer): void; bufferedBytes(): number };
}

export interface TypingRelayOptions {
  readonly db: Queryable;
  readonly logger: Logger;
  readonly signals: Pick<LiveSignals, "typing" | "onTyping">;
  /** The sockets of an account that are up to date. */
  readonly socketsOf: (accountId: string) => Iterable<TypingSocket>;
}

/** What a member said last on one socket. */
interface Said {
  sessionId: string;
  typing: boolean;
  at: number;
  /** Not told yet: one is told at a time, and of several only the last. */
  next: TypingNote | null;
  telling: boolean;
}

/** The same is told again at most so often; clients show it for longer. */
const SAME_AGAIN_MS = 2_000;
/** Going from session to session is told at most so often. */
const OTHER_MS = 250;
/** A client shows what it was told for so long. */
const SHOWN_MS = 6_000;
/** Who is behind has more important things to read. */
const MAX_BUFFERED_BYTES = 100_000;

export class TypingRelay {
  readonly #options: TypingRelayOptions;
  readonly #said = new WeakMap<TypingSocket, Said>();

  constructor(options: TypingRelayOptions) {
    this.#options = options;
  }

  /** Begins to hear what other nodes tell. Gives what ends it. */
  start(): () => void {
    return this.#options.signals.onTyping((notes) => this.#quietly(this.#hear(notes)));
  }

  /** A member said on one of their sockets that they type in a session, or no longer. */
  say(by: TypingSocket, sessionId: string, typing: boolean): void {
    const said = this.#said.get(by);
    const now = elapsedMs();
    if (said !== undefined && isTooSoon(said, { sessionId, typing, at: now })) return;
    const { accountId, id: memberId } = by.member;
    const next: TypingNote = { accountId, sessionId, memberId, typing };
    const saying = { sessionId, typing, at: now, next, telling: said?.telling ?? false };
    this.#said.set(by, saying);
    if (!saying.telling) this.#quietly(this.#tell(by));
  }

  /** A socket is gone: whoever typed on it does so no longer. */
  leave(by: TypingSocket): void {
    const said = this.#said.get(by);
    if (said?.typing === true && elapsedMs() - said.at < SHOWN_MS) {
      this.say(by, said.sessionId, false);
    }
  }

  async #tell(by: TypingSocket): Promise<void> {
    for (let said = this.#said.get(by); said?.next != null; said = this.#said.get(by)) {
      const note = said.next;
      said.next = null;
      said.telling = true;
      try {
        const [session] = await readVisibilities(this.#options.db, [note]);
        if (session === undefined || !sees(by.sight, session)) continue;
        this.#send(note, session);
        this.#options.signals.typing(note);
      } finally {
        const latest = this.#said.get(by);
        if (latest !== undefined) latest.telling = false;
      }
    }
  }

  async #hear(notes: readonly TypingNote[]): Promise<void> {
    const { db, socketsOf } = this.#options;
    const here = notes.filter(({ accountId }) => !isEmpty(socketsOf(accountId)));
    if (here.length === 0) return;
    const sessions = await readVisibilities(db, here);
    const byId = new Map(sessions.map((session) => [session.id, session]));
    for (const note of here) {
      const session = byId.get(note.sessionId);
      if (session !== undefined) this.#send(note, session);
    }
  }

  #send({ accountId, sessionId, memberId, typing }: TypingNote, session: Visibility): void {
    const bytes = message({ type: "typing", sessionId, memberId, typing });
    for (const { member, sight, socket } of this.#options.socketsOf(accountId)) {
      if (member.id === memberId || !sees(sight, session)) continue;
      if (socket.bufferedBytes() < MAX_BUFFERED_BYTES) socket.send(bytes);
    }
  }

  #quietly(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, "somebody's typing was not told");
    });
  }
}

/** Whoever stops is always told so, once. */
function isTooSoon(before: Said, now: Pick<Said, "sessionId" | "typing" | "at">): boolean {
  const isSame = before.sessionId === now.sessionId && before.typing === now.typing;
  if (isSame) return !now.typing || now.at - before.at < SAME_AGAIN_MS;
  const stops = before.sessionId === now.sessionId && !now.typing;
  return !stops && now.at - before.at < OTHER_MS;
}

function isEmpty(sockets: Iterable<TypingSocket>): boolean {
  for (const _ of sockets) return false;
  return true;
}
