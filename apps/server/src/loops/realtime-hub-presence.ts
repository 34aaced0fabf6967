/**
 * Keeps the rows that say which members have a live socket on this node (`store/presence.ts`): written
 * when a socket joins, all refreshed together every 15 s, deleted when it leaves. What dead nodes left
 * behind is swept by whoever comes first. At shutdown the rows stay: who was here when the server went
 * away counts as online for a while (clock.md §6).
 */
import { awayIdleMembers } from "../actions/activity.ts";
import type { Deps, MemberIdentity } from "../actions/deps.ts";
import {
  connectMember,
  disconnectMember,
  sweepConnections,
  touchConnections,
} from "../actions/presence.ts";
import { after, elapsedMs } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import { Loop, type Round } from "../platform/loop.ts";
import { PACE } from "../platform/pace.ts";
import type { Connection } from "../store/presence.ts";

export interface PresenceOptions {
  readonly deps: Pick<Deps, "db" | "logger" | "signals">;
  readonly nodeId: string;
}

/** One socket's presence. */
export interface Presence {
  /** Settles once the member counts as connected, or that could not be written yet. */
  readonly ready: Promise<void>;
  /** Whether the member looks at this tab: pushes are for those who look at none. */
  show(visible: boolean): void;
  /** The socket is gone. */
  leave(): void;
}

/** Whether a tab is looked at is written at most so often. */
const SHOW_EVERY_MS = 1_000;

export class PresenceKeeper {
  readonly #options: PresenceOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #writing = new Set<Promise<void>>();
  readonly #loop: Loop;
  #stopped = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#loop = new Loop({
      name: "presence",
      logger: options.deps.logger,
      runOnce: () => this.runOnce(),
      maxSleepMs: PACE.presenceBeatMs,
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#connections.clear();
    await this.#loop.stop();
    await Promise.all(this.#writing);
  }

  /**
   * A member's socket joined. The next heartbeat repeats what could not be written now.
   * @param how `resumes`: it goes on where another one ended.
   */
  add(member: MemberIdentity, how: { readonly resumes: boolean } = { resumes: false }): Presence {
    const { deps, nodeId } = this.#options;
    const connection = { accountId: member.accountId, memberId: member.id, id: newId() };
    this.#connections.set(connection.id, connection);
    const ready = this.#write(connectMember(deps, nodeId, connection, how));
    let written = ready;
    let showAgainAt = 0;
    let cancelShow: (() => void) | null = null;
    const writeShown = () => {
      cancelShow = null;
      showAgainAt = elapsedMs() + SHOW_EVERY_MS;
      const shown = written.then(async () => {
        const now = this.#connections.get(connection.id);
        if (now !== undefined) await touchConnections(deps, nodeId, [now]);
      });
      written = this.#write(shown);
    };
    return {
      ready,
      show: (visible) => {
        const known = this.#connections.get(connection.id);
        if (known === undefined || known.visible === visible) return;
        this.#connections.set(connection.id, { ...known, visible });
        // What is true by then: a tab may flicker.
        cancelShow ??= after(Math.max(0, showAgainAt - elapsedMs()), writeShown);
      },
      leave: () => {
        cancelShow?.();
        if (this.#stopped || !this.#connections.delete(connection.id)) return;
        const left = written.then(() => disconnectMember(deps, connection));
        void this.#write(left);
      },
    };
  }

  /** The heartbeat of every socket of this node, the sweep of what nobody keeps up, and who is idle. */
  async runOnce(): Promise<Round> {
    const { deps, nodeId } = this.#options;
    const connections = [...this.#connections.values()];
    if (connections.length > 0) await touchConnections(deps, nodeId, connections);
    while ((await sweepConnections(deps)) > 0 && !this.#stopped);
    while ((await awayIdleMembers(deps)) > 0 && !this.#stopped);
    return { nextInMs: PACE.presenceBeatMs };
  }

  /** A row that could not be written or deleted is repaired by a heartbeat or a sweep. */
  #write(work: Promise<void>): Promise<void> {
    const settled = work.catch((error: unknown) => {
      this.#options.deps.logger.warn({ err: error }, "a member's presence was not written");
    });
    this.#writing.add(settled);
    void settled.then(() => this.#writing.delete(settled));
    return settled;
  }
}
